# args: 6 300
# Copies of lists that others change as a whole show one moment, however they are taken: never half a reversal, a
# slice put in by half, or one of two items.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
size = 60
pairs = [0, 0]
ways = [
    list, tuple, list.copy, lambda l: l[:], lambda l: l[::-1], lambda l: l + [], lambda l: [] + l, lambda l: l * 1,
    lambda l: [*l], lambda l: (lambda *a: a)(*l), lambda l: sorted(l, key=id), lambda l: l[0:10 ** 9],
]
wrong = []
done = threading.Event()


def change(me):
    for i in range(each):
        pairs.extend((i, i))
        if i % 3:
            del pairs[-2:]
        pairs[0:0] = [me, me]
        if len(pairs) > 500:
            pairs.clear()


def look():
    n = 0
    while not done.is_set() or n < 2:
        n += 1
        for index, way in enumerate(ways):
            two = way(pairs)
            if len(two) % 2 or index != 10 and any(a != b for a, b in zip(two[::2], two[1::2])):
                wrong.append(("pairs", index, two))


def whole_only():
    own = list(range(size))

    def turn():
        for i in range(each * 10):
            own.reverse()
            own[:] = range(size) if i % 2 else range(size, 2 * size)

    threads = [threading.Thread(target=turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for index, way in enumerate(ways):
            copied = sorted(way(own))
            if copied != list(range(copied[0], copied[0] + size)) or copied[0] not in (0, size):
                wrong.append(("whole", index, copied))
    for thread in threads:
        thread.join()


threads = [threading.Thread(target=look) for _ in range(count // 2)]
changers = [threading.Thread(target=change, args=(me,)) for me in range(count // 2)]
for thread in threads + changers:
    thread.start()
for thread in changers:
    thread.join()
done.set()
for thread in threads:
    thread.join()
whole_only()
assert not wrong, wrong[:2]
print("OK")
