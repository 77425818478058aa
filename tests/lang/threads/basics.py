# skip: threads: it looks at the main thread and sets the hook of all
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

results = []
t = threading.Thread(target=lambda a, b=0: results.append((a, b)), args=(1,), kwargs={"b": 2}, name="worker")
print(t.name, t.is_alive(), t.daemon, t.ident)
t.start()
t.join()
print(t.is_alive(), results, t.ident is not None)
for bad in (t.start, threading.Thread().join, lambda: threading.current_thread().join(), threading.Lock().release, lambda: threading.RLock().release(), lambda: threading.Condition().notify(), lambda: threading.Semaphore(-1)):
    try:
        bad()
    except (RuntimeError, ValueError) as e:
        print(type(e).__name__, e)
lock = threading.Lock()
print(lock.acquire(), lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.release(), lock.locked())
r = threading.RLock()
with r, r:
    print("twice")
e = threading.Event()
print(e.is_set(), e.wait(0.01), e.set(), e.wait(), e.clear())
s = threading.BoundedSemaphore(1)
print(s.acquire(), s.acquire(blocking=False), s.release())
try:
    s.release()
except ValueError as error:
    print(error)
b = threading.Barrier(2, action=lambda: results.append("action"))
t = threading.Thread(target=b.wait)
t.start()
b.wait()
t.join()
print(results[-1], b.parties, b.broken)
local = threading.local()
local.x = 1
seen = []
t = threading.Thread(target=lambda: seen.append(hasattr(local, "x")))
t.start()
t.join()
print(seen, local.x, local.__dict__)


class Custom(threading.Thread):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def run(self):
        self.result = self.n * 2


c = [Custom(i) for i in range(5)]
for x in c:
    x.start()
for x in c:
    x.join()
print([x.result for x in c])
q = queue.Queue(2)
q.put(1)
q.put_nowait(2)
print(q.full(), q.qsize(), q.get(), q.get_nowait(), q.empty(), q.task_done())
for bad in (lambda: q.get_nowait(), lambda: q.get(timeout=0.01), lambda: [q.put(i, timeout=0.01) for i in range(3)]):
    try:
        bad()
    except (queue.Empty, queue.Full) as error:
        print(type(error).__name__)
p = queue.PriorityQueue()
for n in (3, 1, 2):
    p.put(n)
l = queue.LifoQueue()
for n in range(3):
    l.put(n)
print([p.get() for _ in range(3)], [l.get() for _ in range(3)])
with ThreadPoolExecutor(2) as pool:
    f = pool.submit(pow, 2, 10)
    bad = pool.submit(int, "x")
    print(f.result(), f.done(), type(bad.exception()).__name__, list(pool.map(len, ["a", "bb"])), sorted(x.result() for x in as_completed([pool.submit(abs, -i) for i in range(3)])))
f = Future()
f.add_done_callback(lambda f: print("callback", f.result()))
f.set_result("r")
hooked = []
def hook(args):
    hooked.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
old, threading.excepthook = threading.excepthook, hook
t = threading.Thread(target=lambda: 1 / 0, name="fails")
t.start()
t.join()
threading.excepthook = old
print(hooked, threading.main_thread().name, threading.current_thread() in threading.enumerate(), threading.get_ident() == threading.current_thread().ident)
timer = threading.Timer(0.01, lambda: results.append("timer"))
timer.start()
timer.join()
cancelled = threading.Timer(10, print)
cancelled.start()
cancelled.cancel()
cancelled.join()
print(results[-1], cancelled.finished.is_set())
