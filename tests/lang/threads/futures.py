import threading
import time
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, CancelledError, Future, InvalidStateError, ThreadPoolExecutor, as_completed, wait

with ThreadPoolExecutor(max_workers=3, thread_name_prefix="pool") as pool:
    print(pool.submit(lambda: threading.current_thread().name.startswith("pool")).result())
    print(list(pool.map(pow, [2, 3, 4], [5, 2, 3])))
    gate = threading.Event()
    slow = pool.submit(gate.wait)
    fast = pool.submit(int, "7")
    done, rest = wait([slow, fast], return_when=FIRST_COMPLETED)
    print(fast in done, slow in rest)
    gate.set()
    print(wait([slow, fast], return_when=ALL_COMPLETED).not_done)
    bad = pool.submit(int, "x")
    done, _ = wait([bad, pool.submit(int, 1)], return_when=FIRST_EXCEPTION)
    print(bad in done, repr(bad.exception()))
    try:
        bad.result()
    except ValueError as e:
        print("raised", e)
    try:
        list(pool.map(lambda x: 1 // x, [1, 0]))
    except ZeroDivisionError as e:
        print("map", e)
    hold = threading.Event()
    try:
        pool.submit(hold.wait).result(timeout=0.01)
    except TimeoutError:
        print("timeout")
    hold.set()
    print(sorted(f.result() for f in as_completed([pool.submit(abs, -i) for i in range(5)])))
try:
    pool.submit(print)
except RuntimeError as e:
    print(e)
block = threading.Event()
pool = ThreadPoolExecutor(1)
running = pool.submit(block.wait)
queued = pool.submit(print, "never")
while not running.running():
    time.sleep(0)
print(queued.cancel(), running.cancel(), queued.cancelled(), queued.done())
block.set()
pool.shutdown(wait=True, cancel_futures=True)
try:
    queued.result()
except CancelledError:
    print("cancelled")
f = Future()
print(f.running(), f.done(), f.set_running_or_notify_cancel(), f.running())
calls = []
f.add_done_callback(lambda x: calls.append(x is f))
f.set_exception(KeyError("k"))
print(calls, repr(f.exception()))
try:
    f.set_result(1)
except InvalidStateError as e:
    print(type(e).__name__)
init = []
with ThreadPoolExecutor(2, initializer=init.append, initargs=("ready",)) as pool:
    pool.submit(int).result()
print(set(init))
nested = []
with ThreadPoolExecutor(4) as outer:
    def work(n):
        with ThreadPoolExecutor(2) as inner:
            return sum(inner.map(lambda x: x * n, range(5)))
    print(list(outer.map(work, range(4))))
