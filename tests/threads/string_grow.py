# args: 4 20000
# Threads add to one text: each result is a whole one.
import sys
import threading

threads, count = map(int, sys.argv[1:])
shared = "s" * 1000
shared += "-"
shared += "-"
start = threading.Barrier(threads)
wrong = []


def grow(me):
    own, mark = shared, chr(97 + me % 26)
    start.wait()
    for i in range(count):
        # All begin where the shared text ends; then each goes its own way.
        other = shared + mark
        if other[-2:] != "-" + mark or len(other) != 1003:
            wrong.append(other)
        own += mark
    if own != shared + mark * count:
        wrong.append(own)


workers = [threading.Thread(target=grow, args=(i,)) for i in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert not wrong, wrong[:3]
assert shared == "s" * 1000 + "--"
print("OK")
