# args: 8 400
# Threads work on one deque, OrderedDict, Counter, defaultdict and bytearray: nothing is lost or comes twice.
import collections
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


def in_threads(work):
    failed = []

    def guarded(me):
        try:
            work(me)
        except BaseException as e:
            failed.append(e)
            raise

    threads = [threading.Thread(target=guarded, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]


both_ends = collections.deque()
short = collections.deque(maxlen=10)
taken = [[] for _ in range(count)]


def fill(me):
    for i in range(each):
        both_ends.append((me, i))
        both_ends.appendleft((me, ~i))
        short.append(i)
        short.extend([1, 2, 3])
        short.rotate(3)
        list(short), len(short), short.copy()


def drain(me):
    while True:
        try:
            taken[me].append(both_ends.pop() if me % 2 else both_ends.popleft())
        except IndexError:
            return
        if len(taken[me]) % 100 == 0:
            both_ends.rotate(1)


in_threads(fill)
assert len(short) == 10
assert set(both_ends) == {(me, i) for me in range(count) for i in range(-each, each)}
assert len(both_ends) == 2 * count * each
in_threads(drain)
everything = [item for row in taken for item in row]
assert len(everything) == len(set(everything)) == 2 * count * each

ordered = collections.OrderedDict()


def order(me):
    for i in range(each):
        ordered[me, i] = i
        ordered.move_to_end((me, i), last=i % 2 == 0)
        if i >= 10:
            del ordered[me, i - 10]
        if i % 50 == 0:
            list(ordered.items()), ordered.copy()


in_threads(order)
assert sorted(ordered) == [(me, i) for me in range(count) for i in range(each - 10, each)]

counter, groups, data = collections.Counter(), collections.defaultdict(list), bytearray()


def count_up(me):
    for i in range(each):
        counter[me, i % 100] += 1
        groups[i % 97].append((me, i))
        data.append(me)
        if i % 7 == 0:
            data.extend([me] * 3)
            bytes(data[-50:])


in_threads(count_up)
assert sum(counter.values()) == count * each
assert sum(map(len, groups.values())) == count * each
assert all(data.count(me) == each + (each + 6) // 7 * 3 for me in range(count))
print("OK")
