# args: 4 3000
# A key that is moved in the order, or whose neighbours come and go, is found all the while.
import sys
import threading
from collections import OrderedDict

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = OrderedDict((("stays", i), i) for i in range(8))
done = threading.Event()
missed = []


def move():
    for i in range(each):
        shared.move_to_end(("stays", i % 8))
        shared["comes and goes", i % 64] = i
        shared.pop(("comes and goes", (i * 7) % 64), None)
    done.set()


def read():
    while not done.is_set():
        for i in range(8):
            if shared.get(("stays", i)) != i:
                missed.append(i)


threads = [threading.Thread(target=move)]
threads += [threading.Thread(target=read) for _ in range(count - 1)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not missed, missed[:3]
assert sorted(key for key in shared if key[0] == "stays") == [("stays", i) for i in range(8)]
print("OK")
