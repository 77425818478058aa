# args: 8 2000
# Threads append to one list: nothing is lost, each thread's items are in its order.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = []


def work(me):
    for i in range(each):
        shared.append((me, i))


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(shared) == count * each, len(shared)
last = [-1] * count
for me, i in shared:
    assert i == last[me] + 1, (me, i, last[me])
    last[me] = i
assert last == [each - 1] * count
print("OK")
