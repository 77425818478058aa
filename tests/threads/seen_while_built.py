# args: 4 2000
# Dicts and sets under construction, which others find by gc.get_objects() and write to: nothing is lost. (`4 20000` is for certain.)
import gc
import sys
import threading

COUNT, WORK = int(sys.argv[1]), int(sys.argv[2])
done = threading.Event()
failures = []


def build():
    for _ in range(WORK):
        d = {("own", i): i for i in range(100)}
        s = {("own", i) for i in range(100)}
        if not all(d.get(("own", i)) == i and ("own", i) in s for i in range(100)):
            failures.append((d, s))


def meddle():
    while not done.is_set():
        for found in gc.get_objects():
            if type(found) is dict and ("own", 0) in found:
                for i in range(10):
                    found["other", i] = i
            elif type(found) is set and ("own", 0) in found:
                for i in range(10):
                    found.add(("other", i))


builders = [threading.Thread(target=build) for _ in range(COUNT // 2)]
meddlers = [threading.Thread(target=meddle) for _ in range(COUNT - COUNT // 2)]
for thread in builders + meddlers:
    thread.start()
for thread in builders:
    thread.join()
done.set()
for thread in meddlers:
    thread.join()
print("OK" if not failures else f"lost in {len(failures)}")
