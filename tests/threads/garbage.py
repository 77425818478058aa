# skip: threads: a collection that another thread has begun is not waited for
# args: 4 2000
# Threads make garbage, cycles and weak references while collections run.
import gc
import sys
import threading
import weakref

count, each = int(sys.argv[1]), int(sys.argv[2])


class Node:
    def __init__(self, value):
        self.value = value
        self.me = self
        self.other = None


wrong = []


def work(me):
    kept = None
    for i in range(each):
        first, second = Node((me, i)), Node((me, -i))
        first.other, second.other = second, first
        reference = weakref.ref(first)
        if reference() is not first or first.other.value != (me, -i):
            wrong.append((me, i))
        if i % 10 == 0:
            kept = first
        if kept.value[0] != me or kept.other.other is not kept:
            wrong.append("kept")
        if i % 500 == 0:
            gc.collect()


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
lost = weakref.ref(Node(0))
gc.collect()
assert lost() is None
print("OK")
