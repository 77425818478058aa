"""Operators of classes, properties and keyword calls under machine code: reflected methods, changes in mid-run."""
import sys


class Number:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if isinstance(other, Number):
            return Number(self.n + other.n)
        if isinstance(other, int):
            return Number(self.n + other)
        return NotImplemented

    def __radd__(self, other):
        return Number(other + self.n)

    def __eq__(self, other):
        return self.n == other.n if isinstance(other, Number) else NotImplemented

    def __lt__(self, other):
        return self.n < other.n

    def __getitem__(self, key):
        if key > 9:
            raise IndexError(key)
        return self.n * key

    @property
    def twice(self):
        return self.n * 2


class Word:
    def __init__(self, text):
        self.text = text

    def __radd__(self, other):
        return f"{other.n}{self.text}"

    def __eq__(self, other):
        return other.n == len(self.text)


class Sub(Number):
    def __radd__(self, other):
        return "sub"


def total(values, start):
    result = start
    for value in values:
        result = result + value
    return result


def equal(pairs):
    count = 0
    for a, b in pairs:
        if a == b:
            count += 1
    return count


def plus(a, b):
    return a + b


def loop(a, b, n):
    for _ in range(n):
        result = plus(a, b)
    return result


N = 3000
print(total([Number(1)] * N, Number(0)).n)
print(total([1] * N, Number(0)).n)
print(loop(Number(1), Number(2), N).n, loop(Number(1), Word("x"), N), loop(Number(1), Sub(5), 3))
print(equal([(Number(1), Number(1)), (Number(1), Number(2)), (Number(3), Word("abc")), (Number(3), 3)] * N))
try:
    loop(Number(1), "text", N)
except TypeError as error:
    print(error)


def items(x):
    found = 0
    for k in range(N):
        try:
            found += x[k % 12]
        except IndexError as error:
            found -= error.args[0]
    return found


print(items(Number(2)))


def inplace(n):
    x = Number(0)
    for i in range(n):
        x += i
        x += Number(1)
    return x.n


print(inplace(N))


def least(values):
    best = values[0]
    for value in values:
        if value < best:
            best = value
    return best.n


print(least([Number(n * 7919 % 1009) for n in range(N)]))


def properties(x):
    found = 0
    for _ in range(N):
        found += x.twice
    return found


print(properties(Number(3)))
Number.twice = property(lambda self: self.missing)
try:
    properties(Number(3))
except AttributeError as error:
    print(error)
Number.__add__ = lambda self, other: "changed"
print(loop(Number(1), Number(2), N), total([Number(1)], Number(0)))
del Number.__add__
print(loop(Number(1), Number(2), 2) if False else "no method")
try:
    loop(Number(1), object(), 5)
except TypeError as error:
    print(error)


def named(a, b=2, *, c, d=4):
    return a, b, c, d


def keywords(n):
    for i in range(n):
        one = named(i, c=1)
        two = named(c=i, b=5, a=6, d=7)
        three = plus(b=i, a=2)
    return one, two, three


print(keywords(N))
named.__defaults__ = (20,)
named.__kwdefaults__["d"] = 44
print(keywords(N))
named.__kwdefaults__ = {"d": 40}
print(keywords(N))


def wrong():
    for i in range(N):
        try:
            plus(a=1, c=i)
        except TypeError as error:
            text = str(error)
    return text


print(wrong())


class Point:
    def __init__(self, x, y=0, *, z=1):
        self.x, self.y, self.z = x, y, z

    def move(self, dx=0, dy=0):
        return self.x + dx, self.y + dy


def points(n):
    for i in range(n):
        p = Point(y=i, x=2)
        q = p.move(dy=1)
    return p.x, p.y, p.z, q


print(points(N))


class Deep:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return self if not self.n else Deep(self.n - 1) + other


def deep(n):
    for _ in range(200):
        Deep(20) + Deep(1)
    try:
        Deep(n) + Deep(1)
    except RecursionError:
        return "too deep"


print(deep(10**6))


def raising(self, other):
    raise ValueError("in operator")


class Bad(Number):
    __add__ = raising


def traced():
    try:
        loop(Bad(1), Bad(2), 1)
    except ValueError as error:
        frame = error.__traceback__
        names = []
        while frame:
            names.append((frame.tb_frame.f_code.co_name, frame.tb_lineno > 0))
            frame = frame.tb_next
        return names


print(traced())


class Peek:
    def __init__(self):
        self.seen = None

    def __add__(self, other):
        self.seen = sys._getframe(1).f_locals.get("mark")
        return other


def peeks(n):
    p = Peek()
    for mark in range(n):
        p + 1
        if p.seen != mark:
            return "wrong", mark, p.seen
    return "right"


print(peeks(N))
