# skip: threads: replaces functions of a module that all threads share
"""Native functions that machine code does in line, with what does not fit; and modules whose functions are replaced."""
import math

N = 3000


def absolutes(values):
    return [abs(x) for x in values]


def reals(values):
    total = 0.0
    for x in values:
        total += math.sqrt(x)
    return total


def guarded(values):
    out = []
    for x in values:
        try:
            out.append(math.exp(x))
        except (OverflowError, TypeError, ValueError) as error:
            out.append(str(error))
    return out


print(sum(absolutes(list(range(-N, N)))), absolutes([-2.5, 3, True, -(2**62), -(2**80), 1j * 3])[-6:])
print(reals(range(N)), round(reals([float(x) for x in range(N)]), 6))
print(guarded([0] * N + [1, 1000, "x", float("inf"), float("-inf"), 2.0])[-6:])
try:
    reals([1.0] * N + [-1.0])
except ValueError as error:
    print(error)


def extremes(pairs):
    low = high = 0
    for a, b in pairs:
        low += min(a, b)
        high += max(a, b)
    return low, high


print(extremes([(1, 2), (4, 3), (5, 5)] * N))
print(extremes([(1.5, 2.5), (-0.0, 0.0)] * N))
nan = float("nan")
print(min(nan, 1.0), min(1.0, nan), max(nan, 1.0), max(1.0, nan))


def nans(n):
    for _ in range(n):
        r = min(nan, 1.0), min(1.0, nan), max(nan, 1.0), max(1.0, nan)
    return r


print(nans(N))
print(extremes([("a", "b")] * 3) if False else "text is not added")


class A:
    pass


class B(A):
    pass


class Meta(type):
    def __instancecheck__(cls, x):
        return x == 3


class Virtual(metaclass=Meta):
    pass


def checks(values):
    counts = [0] * 6
    for x in values:
        if isinstance(x, A):
            counts[0] += 1
        if isinstance(x, int):
            counts[1] += 1
        if isinstance(x, float):
            counts[2] += 1
        if isinstance(x, str):
            counts[3] += 1
        if isinstance(x, Virtual):
            counts[4] += 1
        if isinstance(x, (A, bool)):
            counts[5] += 1
    return counts


print(checks([A(), B(), 1, True, 2.5, 1e300, "text", 3, 2**90, None] * N))


def appends(n):
    out = []
    add = out.append
    for i in range(n):
        out.append(i)
        add(i)
        list.append(out, i)
    return len(out), out[-3:]


print(appends(N))


class Loud(list):
    def append(self, x):
        list.append(self, x * 2)


def loud(n):
    out = Loud()
    for i in range(n):
        out.append(i)
    return sum(out)


print(loud(N))


def roots(n):
    total = 0
    for i in range(n):
        total += math.floor(math.sqrt(i * i))
    return total


print(roots(N))
kept = math.sqrt
math.sqrt = lambda x: 0.0
print(roots(N))
math.sqrt = kept
print(roots(N))
del math.sqrt
try:
    roots(3)
except AttributeError as error:
    print(error)
math.sqrt = kept


def pairs(n):
    a, b = 1, 2.5
    for i in range(n):
        t = (b, a, i)
        a, b = t[1], t[0]
    return t, (), (n,)


print(pairs(N))


def counter():
    count = 0

    def step(k):
        nonlocal count
        count += k
        return count

    return step


def closures(n):
    step = counter()
    for _ in range(n):
        last = step(2)
    return last


print(closures(N))


def powers(values):
    out = 0.0
    for x, y in values:
        out += x**y
    return out


print(round(powers([(2.0, 0.5), (1.5, 2), (3.0, -1)] * N), 6))
for pair in [(0.0, -1.0), (10.0, 400.0), (-8.0, 1 / 3), (2, 0.5), (-2.0, 3)]:
    try:
        print(powers([pair]))
    except (ZeroDivisionError, OverflowError) as error:
        print(error)


def classes(values):
    out = []
    for x in values:
        out.append((int(x), float(x), str(x), bool(x), list(range(int(x))), tuple([x]), type(x).__name__))
    return out


print(classes([1, 2.5, True, "3"] * (N // 4))[-4:])
try:
    classes([1] * 100 + ["no"])
except ValueError as error:
    print(error)


def bound(n):
    out, seen, table = [], set(), {}
    append, add, get = out.append, seen.add, table.get
    for i in range(n):
        append(i)
        add(i % 10)
        if get(i) is None:
            table[i] = i
        if i == n // 2:
            append = (lambda x: out.insert(0, x))
        elif i == n // 2 + 5:
            append = out.append
    return len(out), out[0], len(seen), len(table)


print(bound(N))


def lengths(values):
    total = 0
    for v in values:
        total += len(v)
    return total


print(lengths([[1, 2]] * N), lengths([(1,)] * N), lengths(["é日"] * N), lengths([b"ab"] * N), lengths([{1: 2}, "abc", [], {1, 2}] * N))


class Sized(list):
    def __len__(self):
        return 100


print(lengths([[1]] * N + [Sized()]))
try:
    lengths([[1], 5])
except TypeError as error:
    print(error)
