# `gc.get_objects` while other threads collect: what it shows is alive.
import gc
import sys
import threading
import time

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
end = time.monotonic() + SECONDS
failures = []


def look():
    while time.monotonic() < end:
        for shown in gc.get_objects():
            if not isinstance(type(shown).__name__, str):
                failures.append(shown)
        gc.get_referrers(end)


def litter():
    while time.monotonic() < end:
        ring = [[number, {}] for number in range(200)]
        for item in ring:
            item.append(ring)
        del ring, item
        gc.collect()


threads = [threading.Thread(target=work) for work in (look, litter, look, litter)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("OK" if not failures else failures)
