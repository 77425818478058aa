# skip: threads: it changes its classes and counts instances
# Hot construction and calls: classes that change, defaults, __init__ that misbehaves, slots, properties.
import gc
import weakref


class Point:
    def __init__(self, x, y=2):
        self.x = x
        self.y = y

    def sum(self, more=0):
        return self.x + self.y + more


def build(n):
    total = 0
    for i in range(n):
        p = Point(i)
        total += p.sum() + Point(i, i).sum(1)
    return total


for _ in range(3):
    print(build(2000))

Point.__init__.__defaults__ = (5,)
print(build(2000))


class Bad:
    def __init__(self, x):
        self.x = x

    def late(self, x):
        self.x = x
        return x


def bad(n):
    count = 0
    for i in range(n):
        try:
            b = Bad(i)
            count += b.x & 1
        except TypeError as e:
            return count, str(e)
        if i == n - 10:
            Bad.__init__ = Bad.late
    return count


print(bad(3000))


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a
        self.b = None


def slots(n):
    total = 0
    for i in range(n):
        s = Slotted(i)
        s.b = s.a * 0.5
        total += s.b
    return total


print(slots(2000), slots(2000))


class Finalized:
    count = 0

    def __init__(self, n):
        self.n = n

    def __del__(self):
        Finalized.count += 1


def finalized(n):
    for i in range(n):
        Finalized(i)


finalized(2000)
gc.collect()
print(Finalized.count)


def dead(n):
    alive = 0
    for i in range(n):
        p = Point(i)
        w = weakref.ref(p)
        del p
        if i % 500 == 0:
            gc.collect()
            alive += w() is not None
    return alive


print(dead(2001))


class Meta(type):
    def __call__(cls, *args):
        return len(args)


class Odd(metaclass=Meta):
    def __init__(self, a):
        self.a = a


def odd(n):
    total = 0
    for i in range(n):
        total += Odd(i)
    return total


print(odd(2000))


def shapes(n):
    out = 0
    things = []
    for i in range(n):
        p = Point(i, 0)
        if i % 3 == 0:
            p.extra = i
        if i % 5 == 0:
            p.y = 1.5
        things.append(p)
    for t in things:
        out += t.x + t.y + getattr(t, "extra", 0)
        t.x = None
        t.y += 1
    return out, len(things), sum(t.y for t in things)


print(shapes(1500))


def grow(n):
    rows = []
    for i in range(n):
        rows.append((i, str(i), [i]))
        if len(rows) > 1000:
            rows = rows[-10:]
    return len(rows), rows[0], rows[-1]


print(grow(3000))


class Sub(list):
    def append(self, x):
        list.append(self, x * 2)


def appends(n):
    a, b = [], Sub()
    for i in range(n):
        for xs in (a, b):
            xs.append(i)
    return sum(a), sum(b)


print(appends(1500))
