# args: 8 300
# Threads push to one heap, then pop from it: nothing is lost, nothing comes twice, and it stays a heap.
import heapq
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
heap, tuples, popped = [], [], [[] for _ in range(count)]


def in_threads(work):
    threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def push(me):
    for i in range(each):
        heapq.heappush(heap, i * count + me)
        heapq.heappush(tuples, (i, me, object))


def pop(me):
    for _ in range(each):
        popped[me].append(heapq.heappop(heap))
        heapq.heapreplace(tuples, (each, me, None))
        heapq.heappushpop(tuples, (-1, me, None))


in_threads(push)
assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap)))
assert sorted(heap) == list(range(count * each))
in_threads(pop)
assert not heap
assert sorted(n for row in popped for n in row) == list(range(count * each))
assert all(row == sorted(row) for row in popped)
assert len(tuples) == count * each and {row[0] for row in tuples} == {each}
heap[:] = range(1000, 0, -1)
in_threads(lambda me: heapq.heapify(heap))
assert all(heap[(i - 1) // 2] <= heap[i] for i in range(1, 1000))
print("OK")
