"""Objects that many threads write at once: what an operation takes, the longest wait, and whether all came out right.

    contended.py [--threads N,N,...] [--operations M] [--repeat K] [NAME ...]

The M operations are shared out among the threads. `seconds` is the time of all divided by M. In a run of its own
each thread times every operation; the longest is `longest_wait`. After every run the object is checked; a wrong
result is an error.
"""

import collections
import json
import queue
import random
import sys
import threading
import time


class Lock:
    """A counter under a lock."""

    def __init__(self, threads):
        self.lock = threading.Lock()
        self.count = 0

    def step(self, thread, i):
        with self.lock:
            self.count += 1

    def right(self, threads, each):
        return self.count == threads * each


class RLock(Lock):
    def __init__(self, threads):
        super().__init__(threads)
        self.lock = threading.RLock()

    def step(self, thread, i):
        with self.lock:
            with self.lock:
                self.count += 1


class Semaphore(Lock):
    def __init__(self, threads):
        super().__init__(threads)
        self.lock = threading.Semaphore(1)


class Condition:
    """Half of the threads put tokens, the other half take them and wait while there are none."""

    def __init__(self, threads):
        self.condition = threading.Condition()
        self.tokens = 0
        self.taken = 0

    def step(self, thread, i):
        with self.condition:
            if thread % 2:
                while not self.tokens:
                    self.condition.wait()
                self.tokens -= 1
                self.taken += 1
            else:
                self.tokens += 1
                self.condition.notify()

    def right(self, threads, each):
        return self.tokens == 0 and self.taken == threads // 2 * each


class Queue:
    """Half of the threads put, the other half get."""

    make = queue.Queue

    def __init__(self, threads):
        self.queue = self.make()
        self.sums = [0] * threads

    def step(self, thread, i):
        if thread % 2:
            self.sums[thread] += self.queue.get()
        else:
            self.queue.put(i)

    def right(self, threads, each):
        return self.queue.empty() and sum(self.sums) == threads // 2 * each * (each - 1) // 2


class SimpleQueue(Queue):
    make = queue.SimpleQueue


class BoundedQueue(Queue):
    def make(self):
        return queue.Queue(16)


class Append:
    """All append to one list."""

    def __init__(self, threads):
        self.items = []

    def step(self, thread, i):
        self.items.append((thread, i))

    def right(self, threads, each):
        return sorted(self.items) == [(thread, i) for thread in range(threads) for i in range(each)]


class AppendPop:
    """All append to one list and pop from it."""

    def __init__(self, threads):
        self.items = []
        self.sums = [0] * threads

    def step(self, thread, i):
        self.items.append(i)
        self.sums[thread] += self.items.pop()

    def right(self, threads, each):
        return not self.items and sum(self.sums) == threads * each * (each - 1) // 2


class ListWrite:
    """All write items of one list, each its own."""

    def __init__(self, threads):
        self.items = [0] * threads

    def step(self, thread, i):
        self.items[thread] += 1

    def right(self, threads, each):
        return self.items == [each] * threads


class Deque(AppendPop):
    def __init__(self, threads):
        super().__init__(threads)
        self.items = collections.deque()

    def step(self, thread, i):
        self.items.append(i)
        self.sums[thread] += self.items.popleft()


class DictWrite:
    """All write one dict, each its own keys."""

    def __init__(self, threads):
        self.table = {}

    def step(self, thread, i):
        self.table[thread, i] = i

    def right(self, threads, each):
        return self.table == {(thread, i): i for thread in range(threads) for i in range(each)}


class DictSame:
    """All write the same keys of one dict and read them."""

    def __init__(self, threads):
        self.table = {}

    def step(self, thread, i):
        self.table[i & 63] = i
        self.table.get(i & 63)

    def right(self, threads, each):
        return sorted(self.table) == list(range(64)) and all(value & 63 == key for key, value in self.table.items())


class DictPop:
    """All put keys into one dict and take them out again."""

    def __init__(self, threads):
        self.table = {}
        self.sums = [0] * threads

    def step(self, thread, i):
        self.table[thread] = i
        self.sums[thread] += self.table.pop(thread)

    def right(self, threads, each):
        return not self.table and self.sums == [each * (each - 1) // 2] * threads


class SetAdd:
    """All add to one set, the same elements in part."""

    def __init__(self, threads):
        self.members = set()

    def step(self, thread, i):
        self.members.add(i // 2 * 1000 + thread // 2)

    def right(self, threads, each):
        return self.members == {i // 2 * 1000 + thread // 2 for thread in range(threads) for i in range(each)}


class Attributes:
    """All write attributes of one object, each its own."""

    def __init__(self, threads):
        self.object = threading.Barrier(1)
        self.names = [f"name{thread}" for thread in range(threads)]

    def step(self, thread, i):
        setattr(self.object, self.names[thread], i)

    def right(self, threads, each):
        return all(getattr(self.object, name) == each - 1 for name in self.names)


class OneAttribute:
    """All write the same attribute of one object."""

    def __init__(self, threads):
        self.object = threading.Barrier(1)

    def step(self, thread, i):
        self.object.value = (i, i)

    def right(self, threads, each):
        # Whoever was last, it is a pair that somebody wrote.
        first, second = self.object.value
        return first == second


class Global:
    """All write globals of one module, each its own."""

    def __init__(self, threads):
        self.names = [f"own{thread}" for thread in range(threads)]

    def step(self, thread, i):
        globals()[self.names[thread]] = i

    def right(self, threads, each):
        return all(globals().pop(name) == each - 1 for name in self.names)


class Random:
    """All take numbers from one generator: each number is given once."""

    def __init__(self, threads):
        random.seed(threads)

    def step(self, thread, i):
        random.random()

    def right(self, threads, each):
        alone = random.Random(threads)
        for _ in range(threads * each):
            alone.random()
        return alone.getstate() == random.getstate()


CASES = {
    "lock": Lock, "rlock": RLock, "semaphore": Semaphore, "condition": Condition, "queue": Queue,
    "simple queue": SimpleQueue, "bounded queue": BoundedQueue, "list append": Append, "list append and pop": AppendPop,
    "list write": ListWrite, "deque append and popleft": Deque, "dict write": DictWrite, "dict same keys": DictSame,
    "dict write and pop": DictPop, "set add": SetAdd, "attributes": Attributes, "one attribute": OneAttribute,
    "global write": Global, "random": Random,
}


def go(make, threads, each, timed):
    """Runs one case; its seconds, and the longest operation if each is timed."""
    case = make(threads)
    barrier = threading.Barrier(threads)
    longest = [0.0] * threads
    spans, errors = [], []

    def work(thread):
        step = case.step
        try:
            clock = time.perf_counter
            barrier.wait()
            start = clock()
            if timed:
                worst = 0.0
                for i in range(each):
                    before = clock()
                    step(thread, i)
                    taken = clock() - before
                    if taken > worst:
                        worst = taken
                longest[thread] = worst
            else:
                for i in range(each):
                    step(thread, i)
            spans.append((start, clock()))
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(thread,), daemon=True) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
        if worker.is_alive():
            raise TimeoutError("a thread does not come to its end")
    if errors:
        raise errors[0]
    if not case.right(threads, each):
        raise ValueError("wrong result")
    return max(end for _, end in spans) - min(start for start, _ in spans), max(longest)


def main(words):
    counts, operations, repeat = [2, 8, 64], 192000, 3
    while words and words[0].startswith("--"):
        option, value = words.pop(0), words.pop(0)
        if option == "--threads":
            counts = [int(count) for count in value.split(",")]
        elif option == "--operations":
            operations = int(value)
        elif option == "--repeat":
            repeat = int(value)
        else:
            sys.exit(__doc__)
    for name, make in CASES.items():
        if words and name not in words:
            continue
        for threads in counts:
            each = operations // threads
            title = f"{threads} writers"
            try:
                seconds = [go(make, threads, each, False)[0] / operations for _ in range(repeat)]
                longest = [go(make, threads, each, True)[1] for _ in range(repeat)]
            except Exception as error:
                line = {"name": name, "measure": title, "error": f"{type(error).__name__}: {error}"}
            else:
                line = {"name": name, "measure": title, "seconds": seconds, "longest_wait": longest}
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
