class V:
    def __init__(self, *c):
        self.c = c

    def __repr__(self):
        return f"V{self.c}"

    def __add__(self, o):
        if not isinstance(o, V):
            return NotImplemented
        return V(*(a + b for a, b in zip(self.c, o.c)))

    def __mul__(self, o):
        return V(*(a * o for a in self.c))

    __rmul__ = __mul__

    def __matmul__(self, o):
        return sum(a * b for a, b in zip(self.c, o.c))

    def __neg__(self):
        return V(*(-a for a in self.c))

    def __pos__(self):
        return "pos"

    def __invert__(self):
        return "invert"

    def __abs__(self):
        return sum(a * a for a in self.c) ** 0.5

    def __eq__(self, o):
        return isinstance(o, V) and self.c == o.c

    def __hash__(self):
        return hash(self.c)

    def __lt__(self, o):
        return self.c < o.c

    def __len__(self):
        return len(self.c)

    def __getitem__(self, i):
        return self.c[i]

    def __contains__(self, x):
        return x in self.c

    def __iter__(self):
        return iter(self.c)

    def __reversed__(self):
        return "reversed"

    def __iadd__(self, o):
        self.c += (o,)
        return self

    def __call__(self, *a, **k):
        return a, k

    def __int__(self):
        return 7

    def __float__(self):
        return 7.5

    def __index__(self):
        return 2

    def __complex__(self):
        return 1j

    def __round__(self, n=None):
        return ("round", n)

    def __trunc__(self):
        return "trunc"

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __format__(self, spec):
        return f"format {spec!r}"

    def __str__(self):
        return "str"

    def __bytes__(self):
        return b"bytes"

    def __divmod__(self, o):
        return "divmod", o

    def __rpow__(self, o, mod=None):
        return "rpow", o, mod

    def __rshift__(self, o):
        return "rshift"

    def __ror__(self, o):
        return "ror"


import math

a, b = V(1, 2), V(3, 4)
print(repr(a + b), repr(a * 2), repr(2 * a), a @ b, repr(-a), +a, ~a, abs(b))
print(a == V(1, 2), a != b, a < b, a > b, sorted([b, a], key=repr), len(a), a[1], 2 in a, list(a), reversed(a))
print(int(a), float(a), [1, 2, 3][a], complex(a), round(a), round(a, 2), math.trunc(a), math.floor(a), math.ceil(a), hex(a), range(a))
print(f"{a}", f"{a:>5}", f"{a!r}", f"{a!s}", "%s %r" % (a, a), bytes(a), divmod(a, 3), 2 ** a, a >> 1, 5 | a, a(1, k=2))
c = a
a += 9
print(c is a, a.c, {V(1): "x"}[V(1)])
for expression in ("a + 1", "1 + a", "a - a", "a <= b", "a @ 5", "a << 1", "5 >> a", "a[5]", "a & a"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, "->", type(error).__name__, error)


class L:
    def __add__(self, o): return "L.add"


class R(L):
    def __radd__(self, o): return "R.radd"


print(L() + R(), R() + L(), L() + L())


class OnlyEq:
    def __eq__(self, o): return True


try:
    hash(OnlyEq())
except TypeError as error:
    print(error)


class Odd:
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented
    __hash__ = None


print(Odd() == Odd(), Odd() != 5)
