# args: 8 2000
# Threads set, read, delete and `setdefault` the same keys: each value is one that was written.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = {}
winners = [set() for _ in range(count)]
wrong = []
keys = [f"key{i}" for i in range(16)]


def work(me):
    for i in range(each):
        key = keys[i % 16]
        shared[key] = (me, i)
        value = shared.get(key)
        if value is not None and not (0 <= value[0] < count and 0 <= value[1] < each):
            wrong.append(value)
        if i % 3 == 0:
            shared.pop(key, None)
        if shared.setdefault(("once", i), me) == me:
            winners[me].add(i)


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
# For every `once` key exactly one thread won, and its value is the one that stayed.
assert sum(len(won) for won in winners) == each
for i in range(each):
    assert i in winners[shared["once", i]]
for key in keys:
    assert list(shared).count(key) <= 1
print("OK")
