"""Grouped digits in each way to format, and attributes that native descriptors give, by the cache and without."""
from collections import namedtuple
import io

numbers = [0, 7, -7, 999, 1000, -1000, 123456, -1234567, 10**12, 2**61 - 1, -(2**61), 2**63, 10**30, True, 1234.5, -0.0]
for spec in ",", "_", ",d", "_d", "12,", "<12,", "^12_", ">12,d", "=12,", "*^14,", "0=12,", "012,", "+,", " ,", ",.1f", "_x", ",x", "_b", ",s", ",,", "_,", ",n", ",c", "10,e":
    row = []
    for n in numbers:
        try:
            one = format(n, spec)
            assert one == ("{:" + spec + "}").format(n) == ("{0:{1}}").format(n, spec) == f"{n:{spec}}"
            row.append(one)
        except (ValueError, OverflowError) as e:
            row.append(str(e))
    print(spec, row)
for spec in ",", "_", "5,":
    try:
        print(format("text", spec))
    except ValueError as e:
        print(e)
print(f"{1234567:,} {-1234567:_} {1234:>10,}|{1234:<10,}|")

Point = namedtuple("Point", "x y")


class Sub(Point):
    __slots__ = ()


class Other(Point):
    x = 5


def read(values):
    return [(v.x, v.y) for v in values]


print(read([Point(1, 2), Sub(3, 4), Other(5, 6), Point("a", None)] * 30)[-4:])
Point.y = 7
print(read([Point(1, 2), Sub(3, 4)] * 30)[-2:])
Point.y = property(lambda self: self[1] * 2)
print(read([Point(1, 2), Sub(3, 4)] * 30)[-2:])
del Point.x
try:
    read([Point(1, 2)])
except AttributeError as e:
    print(e, e.name, type(e.obj).__name__)


class C:
    def __init__(self):
        self.n = 1


def classes(values):
    return [(v.__class__.__name__, v.__dict__) for v in values]


print(classes([C(), C()] * 20)[-1])


def closed(files):
    out = []
    for f in files:
        try:
            out.append(f.closed)
        except (AttributeError, ValueError) as e:
            out.append(str(e))
    return out


a, b = io.BytesIO(), io.BytesIO()
b.close()
print(closed([a, b, io.StringIO(), C()] * 10)[-4:])


def parts(values):
    return [(v.real, v.imag) for v in values]


print(parts([1, 2.5, 3j, True, 2**80] * 10)[-5:])


class Raises:
    @property
    def real(self):
        raise AttributeError("own")

    imag = 0


try:
    parts([1] * 10 + [Raises()])
except AttributeError as e:
    print(e, e.name)


def codes(functions):
    return [(f.__name__, f.__defaults__, f.__code__.co_name) for f in functions]


def named(a=1):
    pass


print(codes([named, read] * 20)[-2:])
named.__name__ = "renamed"
named.__defaults__ = (2,)
print(codes([named, read] * 20)[-2:])
