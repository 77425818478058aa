"""`super()` and strings under machine code."""

N = 3000


class A:
    def f(self, x):
        return x + 1

    def __len__(self):
        return 3

    @classmethod
    def c(cls, x):
        return cls.__name__, x

    @property
    def p(self):
        return 10


class B(A):
    def f(self, x):
        return super().f(x) * 2

    def __len__(self):
        return super().__len__() + 1

    @classmethod
    def c(cls, x):
        return super().c(x + 1)

    @property
    def p(self):
        return super().p + 1


class Mixin:
    def f(self, x):
        return super().f(x) + 100


class C(B, Mixin, A):
    pass


class D(Mixin, B):
    def f(self, x):
        return super().f(x) - 1


def calls(objects):
    total = 0
    for o in objects:
        total += o.f(2) + len(o) + o.p
    return total, o.c(5)


print(calls([B()] * N), calls([C()] * N), calls([D()] * N), calls([B(), C(), D()] * N))
A.f = lambda self, x: 1000
print(calls([B()] * 10), calls([D()] * N))
Mixin.f = lambda self, x: -1
print(calls([C(), D()] * N))
class E(B):
    def f(self, x):
        return super().f(x) + 5


print(calls([E()] * N))
E.__bases__ = (D,)
print(calls([E()] * N))


class L(list):
    def append(self, x):
        super().append(x * 2)

    def __init__(self, *args):
        super().__init__(*args)


def appends(n):
    l = L([1])
    for i in range(n):
        l.append(i)
    return len(l), sum(l)


print(appends(N))


class Odd:
    def f(self):
        self = 5
        return super().f()


try:
    for _ in range(N):
        Odd().f()
except (TypeError, AttributeError) as error:
    print(type(error).__name__, error)


def characters(text, n):
    counts = {}
    for i in range(n):
        c = text[i % len(text)]
        if c == "o":
            counts["o"] = counts.get("o", 0) + 1
        if c != "é":
            counts["not é"] = counts.get("not é", 0) + 1
        if text[-1 - i % 3] == c:
            counts["end"] = counts.get("end", 0) + 1
    return counts


print(characters("hello world", N), characters("é ö", N), characters("日本o", N), characters("a" * 5 + "\U0001f600", N))
try:
    characters("hello", 10)
    "abc"[5]
except IndexError as error:
    print(error)


def outside(text, n):
    for i in range(n):
        text[i]


try:
    outside("x" * N, N + 1)
except IndexError as error:
    print(error)


def numbers(data):
    total = 0
    for i in range(len(data)):
        total += data[i] - data[-1 - i]
        total ^= data[i]
    return total


print(numbers(bytes(range(256)) * 20), numbers(b"\xff\x00" * N), numbers(bytearray(b"abc") * N))
try:
    numbers({0: 1})
except KeyError as error:
    print(repr(error))


def words(pairs):
    same = other = 0
    for a, b in pairs:
        if a == b:
            same += 1
        if a != b:
            other += 1
    return same, other


class S(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return True

    __hash__ = str.__hash__


print(words([("abc", "abc"), ("abc", "abd"), ("", ""), ("", "\0"), ("é", "\xe9"), ("日", "月"), ("ab", "日本")] * N))
print(words([("x" * i, "x" * (i % 7)) for i in range(20)] * 100))
print(words([(S("a"), "b"), ("a", S("b")), ("a", 1), (None, "a")] * 100))
grown = ""
for i in range(N):
    grown += "ab"
print(words([(grown, "ab" * N), (grown, grown + "")]), characters(grown, N)["not é"])
