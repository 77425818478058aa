"""Heaps whose comparisons need Python code, fail, or change the heap."""

import heapq


class Item:
    fails = False

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        if Item.fails:
            raise ValueError("no order")
        return self.n < getattr(other, "n", other)

    def __gt__(self, other):
        return self.n > getattr(other, "n", other)

    def __repr__(self):
        return f"<{self.n}>"


numbers = [(i * 7919) % 101 for i in range(60)]
heap = []
for n in numbers:
    heapq.heappush(heap, n if n % 3 else Item(n))
print(sorted(numbers) == [getattr(x, "n", x) for x in (heapq.heappop(heap) for _ in numbers)], heap)

heap = numbers[:]
heapq.heapify(heap)
print(all(heap[(i - 1) // 2] <= heap[i] for i in range(1, len(heap))), [heapq.heappop(heap) for _ in range(5)])
print(heapq.heapreplace(heap, 0), heapq.heappushpop(heap, -1), heapq.heappushpop(heap, 200), len(heap))

heap = [Item(n) for n in numbers]
heapq.heapify(heap)
Item.fails = True
for action in (lambda: heapq.heappop(heap), lambda: heapq.heappush(heap, Item(-1)), lambda: heapq.heapreplace(heap, 5)):
    try:
        action()
    except ValueError as error:
        print(error, len(heap), len(set(map(id, heap))))
Item.fails = False

mixed = [1, 2, "three", 4]
try:
    heapq.heapify(mixed)
except TypeError as error:
    print(error, sorted(map(str, mixed)))
heap = numbers[:]
heapq.heapify_max(heap)
print([heapq.heappop_max(heap) for _ in range(4)], heapq.heappushpop_max(heap, 3), heapq.heapreplace_max(heap, 1000))
