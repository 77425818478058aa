# Slices, sets and dicts in machine code: what is common goes by helpers of their own, and the rest as in the interpreter.
import sys


def flip(work, k):
    work[:k + 1] = work[k::-1]
    return work


def picked(x, start, stop, step):
    return x[start:stop:step]


def part(x, start, stop):
    return x[start:stop]


def replaced(x, start, stop, value):
    x[start:stop] = value
    return x


def without(x, key):
    del x[key]
    return x


def truths(items):
    return [1 if item else 0 for item in items]


def squares(items):
    return {x * x for x in items}, {x: x + 1 for x in items}


def found(container, items):
    return [item in container for item in items]


def texts(items, spec):
    return [f"{x}|{x:{spec}}" for x in items]


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


class Odd(list):
    def __getitem__(self, key):
        return ("got", key)

    def __setitem__(self, key, value):
        self.last = key, value


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as e:
        return type(e).__name__, str(e)


for _ in range(60):
    flip([3, 1, 2, 5], 2)
    picked([1, 2, 3, 4], 3, None, -1)
    part([1, 2, 3, 4], 1, 3)
    replaced([1, 2, 3, 4], 1, 3, [9])
    without([1, 2, 3], 1)
    truths([0, 1, 2])
    squares([1, 2, 3])
    found({1, 2}, [1, 5])
    texts([1, 2], "3")

print(flip([3, 1, 2, 5], 2), flip(list(range(40)), 30))
small = (None, 0, 1, 3, 7, -1, -3, -9)
total = 0
for x in (list(range(6)), tuple(range(6)), "abcdef", b"abcdef", range(6)):
    for start in small:
        for stop in small:
            total += sum(len(picked(x, start, stop, step)) * step for step in (1, 2, -1, -2, 9, -9))
            total += len(part(x, start, stop))
print(total)
print(picked(list(range(10)), 10**30, -10**30, -3), picked([1, 2, 3], True, Index(3), Index(1)))
print(attempt(picked, [1, 2], 0, 2, 0), attempt(picked, [1, 2], 0, 2, 0.5), attempt(picked, 7, 0, 2, 1))
print(picked(Odd(), 1, 2, 3), part(Odd(), 1, None), replaced(Odd(), 1, 2, [3]).last)
print(attempt(replaced, [1, 2, 3], 1, 2, 5), replaced([1, 2, 3], 1, 2, "xyz"), replaced([1, 2], 0, 0, iter("ab")))
own = [1, 2, 3]
print(replaced(own, 1, 2, own), attempt(replaced, (1, 2), 0, 1, [3]))
print(without({"a": 1, "b": 2}, "a"), attempt(without, {}, "a"), attempt(without, [1], 4), attempt(without, (1,), 0))


class Falsy:
    def __bool__(self):
        return False


class Wrong:
    def __bool__(self):
        return 3


print(truths([0, 1, -1, 0.0, None, True, False, "", "x", [], [0], {}, {1}, set(), 10**30, Falsy(), -0.0, ()]))
print(attempt(truths, [1, 0, Wrong()]))


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __mul__(self, other):
        return Key(self.n + other.n)

    def __add__(self, other):
        return self.n


keys = [Key(1), Key(2), Key(1)]
a, b = squares(keys)
print(sorted(x.n for x in a), [(x.n, y) for x, y in b.items()])
a, b = squares([1, 2.0, True, 3, -1])
print(sorted(a), b)
print(attempt(lambda: {x for x in [[1]]}))


def unhashable(items):
    return {x for x in items}


for _ in range(40):
    unhashable([1, "a", (2,)])
print(attempt(unhashable, [1, []]), attempt(found, {1}, [[]]), attempt(found, 7, [1]))
print(found({1, 2}, [1, 2.0, True, "1", {1}, None]), found(frozenset("ab"), ["a", "c", 1]))
print(found({"a": 1, 2: 3}, ["a", 2, 2.0, 3, "b"]), found([1, 2.0, "x", None, float("nan")], [1, 2, True, "x", None, 5]))
print(found((1, 2), [1, 3]), found("abc", ["b", "bc", "x"]), found(range(5), [1, 9, 2.0]))
nan = float("nan")
print(found([nan], [nan, float("nan")]), found([1] * 5000 + [7], [7, 8]))


class Shrinks:
    def __init__(self, items):
        self.items = items

    def __eq__(self, other):
        self.items.clear()
        return False


items = [1, 2]
items += [Shrinks(items), 3, 4]
print(found(items, [3, 4]), items)
print(texts([1, 2.5, "x", None], ""), texts([7, 12], "04d"), attempt(texts, ["x"], "d"))


# What is seen of the frame meanwhile, and written to it.
class Peeks:
    def __getitem__(self, key):
        frame = sys._getframe(1)
        frame.f_locals["n"] = 100
        return key.start, frame.f_locals["n"], frame.f_lineno - frame.f_code.co_firstlineno


def peeked(x):
    n = 1
    got = x[n:n + 1]
    other = x[n:2:1]
    return got, other, n


for _ in range(60):
    peeked([1, 2, 3])
print(peeked(Peeks()))
