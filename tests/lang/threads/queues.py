import queue
import threading

q = queue.Queue()
out = []


def worker():
    while (item := q.get()) is not None:
        out.append(item * item)
        q.task_done()
    q.task_done()


threads = [threading.Thread(target=worker) for _ in range(3)]
for t in threads:
    t.start()
for i in range(100):
    q.put(i)
q.join()
print(sorted(out) == [i * i for i in range(100)], q.unfinished_tasks, q.qsize())
for _ in threads:
    q.put(None)
for t in threads:
    t.join()
small = queue.Queue(maxsize=1)
order = []


def producer():
    for i in range(5):
        small.put(i)
        order.append(i)


t = threading.Thread(target=producer)
t.start()
print([small.get() for _ in range(5)])
t.join()
print(order)
try:
    q.task_done()
except ValueError as e:
    print(e)
s = queue.SimpleQueue()
s.put("a")
print(s.get(), s.empty(), s.qsize())
try:
    s.get(block=False)
except queue.Empty:
    print("empty")
p = queue.PriorityQueue()
for item in [(2, "b"), (1, "a"), (3, "c")]:
    p.put(item)
print([p.get()[1] for _ in range(3)])
down = queue.Queue()
down.put(1)
waiting = []


def wait_for_it():
    try:
        down.get()
        down.get()
    except queue.ShutDown:
        waiting.append("shut down")


t = threading.Thread(target=wait_for_it)
t.start()
while not down.empty():
    pass
down.shutdown()
t.join()
print(waiting)
try:
    down.put(1)
except queue.ShutDown:
    print("closed")
for bad in (lambda: q.get(timeout=-1), lambda: queue.Queue(1).put(1, timeout=-1)):
    try:
        print(bad())
    except ValueError as e:
        print(e)
