# args: 6 100
# Event, Condition, Barrier, Semaphore, Timer, local: what each promises, with many threads.
import sys
import threading
import time

count, each = int(sys.argv[1]), int(sys.argv[2])


def run(work):
    threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# A barrier: nobody is a round ahead.
barrier = threading.Barrier(count)
rounds = [0] * count
wrong = []


def in_step(me):
    for i in range(each):
        rounds[me] = i
        barrier.wait()
        if any(r != i for r in rounds):
            wrong.append(list(rounds))
        barrier.wait()


run(in_step)
assert not wrong, wrong[:3]

# A semaphore: never more inside than it has places.
places = threading.Semaphore(2)
lock = threading.Lock()
inside = most = 0


def visit(me):
    global inside, most
    for _ in range(each):
        with places:
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1


run(visit)
assert inside == 0 and 1 <= most <= 2, (inside, most)

# A condition: a bounded buffer by hand.
changed = threading.Condition()
buffer = []
got = []


def exchange(me):
    for i in range(each):
        if me % 2 == 0:
            with changed:
                changed.wait_for(lambda: len(buffer) < 3)
                buffer.append((me, i))
                changed.notify_all()
        else:
            with changed:
                changed.wait_for(lambda: buffer)
                got.append(buffer.pop(0))
                changed.notify_all()


run(exchange)
assert len(got) == each * (count // 2) and not buffer

# Thread-local data is each thread's own.
mine = threading.local()


def keep(me):
    mine.value = me
    for _ in range(each):
        if mine.value != me:
            wrong.append(me)
        mine.value = me


run(keep)
assert not wrong and not hasattr(mine, "value")

# An event wakes everybody; a timer calls once.
event = threading.Event()
woken = []


def wait(me):
    event.wait()
    woken.append(me)


threading.Timer(0.01, event.set).start()
run(wait)
assert sorted(woken) == list(range(count))
assert not threading.Event().wait(0.01)
print("OK")
