# args: 8 2000
# Threads add to one set, distinct and equal elements, and discard their own.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = set()


def work(me):
    for i in range(each):
        shared.add(("own", me, i))
        shared.add(("same", i))
        if i % 2:
            shared.discard(("own", me, i))
        ("same", i) in shared or sys.exit("lost")


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
expected = {("same", i) for i in range(each)}
expected |= {("own", me, i) for me in range(count) for i in range(0, each, 2)}
assert shared == expected, len(shared)
assert len(list(shared)) == len(expected)
print("OK")
