# args: 8 1000
# Threads put and get on one queue: everything arrives once, in order from each producer.
import queue
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
makers = max(1, count // 2)


def check(shared):
    received = [[] for _ in range(makers)]

    def produce(me):
        for i in range(each):
            shared.put((me, i))

    def consume(me):
        while True:
            item = shared.get()
            if item is None:
                return
            received[me].append(item)

    producers = [threading.Thread(target=produce, args=(me,)) for me in range(makers)]
    consumers = [threading.Thread(target=consume, args=(me,)) for me in range(makers)]
    for thread in producers + consumers:
        thread.start()
    for thread in producers:
        thread.join()
    for _ in consumers:
        shared.put(None)
    for thread in consumers:
        thread.join()
    everything = sorted(item for mine in received for item in mine)
    assert everything == [(me, i) for me in range(makers) for i in range(each)], len(everything)
    for mine in received:
        last = {}
        for me, i in mine:
            assert last.get(me, -1) < i
            last[me] = i


check(queue.Queue())
check(queue.Queue(maxsize=3))
check(queue.SimpleQueue())
print("OK")
