# args: 8 2000
# Threads set distinct keys of one dict: every key is there, with its value.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = {}


def work(me):
    for i in range(each):
        shared[f"{me}-{i}"] = (me, i)
        shared[me * each + i] = i


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(shared) == 2 * count * each, len(shared)
for me in range(count):
    for i in range(each):
        assert shared[f"{me}-{i}"] == (me, i)
        assert shared[me * each + i] == i
assert len(list(shared)) == len(set(shared)) == len(shared)
print("OK")
