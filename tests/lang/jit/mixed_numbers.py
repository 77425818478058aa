# Small ints and floats in the same places.
def dot(a, b):
    return a[0] * b[0] + a[1] * b[1] - a[2] / b[2]


def less(xs, ys):
    return [x < y for x, y in zip(xs, ys)], sum(1 for x, y in zip(xs, ys) if x >= y)


NUMBERS = [0, 1, -1, 7, 2**53 + 1, -(2**53) - 1, 2**60 + 1, 2**61, 0.0, -0.0, 0.5, -2.5, 1e300, 5e-324, float("inf"),
           float("nan"), True, 2**70, 1e16]


def table():
    found = []
    for a in NUMBERS:
        for b in NUMBERS:
            for f in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b):
                try:
                    found.append(f(a, b))
                except (ZeroDivisionError, OverflowError) as error:
                    found.append(str(error))
            found.append((a < b, a <= b, a == b, a != b, a > b, a >= b))
    return found


for _ in range(400):
    got = dot((1, 2.5, 3), (2.0, 4, 5)), dot((1, 2, 3), (4, 5, 6)), dot((1.5, 2.5, 3.5), (1.0, 2.0, 0.5))
print(got)
for _ in range(100):
    got = less([1, 2.5, 3.0, 2, 5], [1.5, 2, 3, 2, 4.0])
print(got)
for _ in range(8):
    found = table()
print(len(found), found[:25], found[-10:])
import zlib
print(zlib.crc32(repr(found).encode()))
