# Small functions and constructors that compiled code does in place, and what may change under them.
import sys


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def same(self, other):
        return self.x == other.x

    def first(self):
        return self.x

    def half(self):
        return self.x / 2 - 1

    def me(self):
        return self


LIMIT = 10


def below(n):
    return n < LIMIT


def nothing():
    pass


def run(n, one, two):
    total = 0
    for i in range(n):
        v = Vector(one, two)
        total = total + v.dot(v)
        if v.same(v):
            total += v.first()
        if below(i):
            total += 1
        if nothing() is None and v.me() is v:
            total += v.half()
    return total


for _ in range(3):
    print(run(1000, 1, 2), run(1000, 1.5, 2.5), run(50, 2, 0.5))
print(run(30, 2**61, 3) == sum([(2**122 + 9) + 2**61 + 2.0**60 - 1] * 30) + 10, run(20, 1e300, 1))
for wrong in ("ab", None, [1]):
    try:
        print(run(5, wrong, 1))
    except TypeError as error:
        frames = []
        traceback = error.__traceback__
        while traceback:
            frames.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno))
            traceback = traceback.tb_next
        print(error, frames)

LIMIT = 500
print(run(1000, 1, 2))
Vector.first = lambda self: 100
print(run(1000, 1, 2))
below.__code__ = (lambda n: False).__code__
print(run(1000, 1, 2))


class Deep(Vector):
    __slots__ = ()

    def __init__(self, x, y):
        super().__init__(x, y)
        self.z = x
        self.z = y


def deep(n):
    return sum(Deep(i, 1).z + len(vars(Deep(i, 2))) for i in range(n))


print(deep(2000))
made = [Vector(i, str(i)) for i in range(5000)]
import gc
gc.collect()
print(made[77].y, len({id(v) for v in made}), vars(made[4999]))

events = []


def profiled(n):
    for i in range(n):
        if i == n - 3:
            sys.setprofile(lambda frame, event, arg: events.append((event, frame.f_code.co_name)))
        nothing()
    sys.setprofile(None)


profiled(2000)
print([event for event in events if event[1] == "nothing"])


class Counted:
    made = 0

    def __init__(self, x):
        self.x = x
        Counted.made += 1


def count(n):
    for i in range(n):
        Counted(i)
    return Counted.made


print(count(3000))
Vector.__init__ = lambda self, x, y: setattr(self, "x", 7) or setattr(self, "y", 8)
print(run(10, 1, 2))
