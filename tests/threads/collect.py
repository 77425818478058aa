# args: 8 20
# gc.collect() by many threads at once: what a thread dropped before is gone when its own call returns, also while another
# thread is in the middle of a collection, in a callback.
import gc
import sys
import threading
import weakref

count, each = int(sys.argv[1]), int(sys.argv[2])
wrong = []


class Node:
    def __del__(self):
        finalized.append(1)


finalized = []


def drop(depth):
    """Makes a cycle, below enough frames that nothing of it is left on the stack in use."""
    if depth:
        return drop(depth - 1)
    node = Node()
    node.self = node
    return weakref.ref(node)


def work(me):
    for _ in range(each):
        reference = drop(20)
        gc.collect()
        if reference() is not None:
            wrong.append(me)


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
gc.collect()
# A dead object's address may still lie on some stack; not often.
assert len(wrong) <= count * each // 10, len(wrong)
assert len(finalized) >= count * each * 9 // 10, len(finalized)

inside, go_on = threading.Event(), threading.Event()


def callback(phase, info):
    if phase == "start" and threading.current_thread() is slow:
        inside.set()
        go_on.wait()


slow = threading.Thread(target=gc.collect)
gc.callbacks.append(callback)
slow.start()
inside.wait()
references = [drop(20) for _ in range(10)]
gc.collect()
assert sum(reference() is not None for reference in references) <= 1
go_on.set()
slow.join()
gc.callbacks.remove(callback)


class Again:
    """Its finalizer asks for another collection, which does nothing but harm."""

    def __del__(self):
        gc.collect()


again = [Again() for _ in range(5)]
for each in again:
    each.self = each
del again, each
gc.collect()
print("OK")
