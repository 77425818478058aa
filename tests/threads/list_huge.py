# args: 4 40000
# A list so long that its array is copied in slices while others store into it, append and pop: nothing is lost. Arrays that
# nobody but one thread has grow so, too.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
base = 160000
shared = [None] * base
barrier = threading.Barrier(count)


def work(me):
    barrier.wait()
    for i in range(each):
        shared.append((me, i))
        # Each thread has its own indices among the first items.
        shared[(i * count + me) % base] = (me, i, "stored")
        if i % 1000 == 999:
            item = shared.pop()
            shared.append(item)


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(shared) == base + count * each, len(shared)
found = sorted(shared[base:])
assert found == [(me, i) for me in range(count) for i in range(each)]
for index in range(min(base, count * each)):
    last = (each * count - 1 - index) // base * base + index
    assert shared[index] == (last % count, last // count, "stored"), (index, shared[index])

alone = []
for i in range(base * 2):
    alone.append((i, str(i)))
assert alone == [(i, str(i)) for i in range(base * 2)]
assert list((i, str(i)) for i in range(base * 2)) == alone
alone.extend((i, str(i)) for i in range(base * 2, base * 3))
assert all(item == (i, str(i)) for i, item in enumerate(alone))
print("OK")
