# Small functions that call others, make instances and store, done in place: nothing of it shows.
import gc
import math
import sys
import threading
import time
import weakref


class Vector:
    def __init__(self, x, y, z=0.0):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def scale(self, factor):
        return Vector(factor * self.x, factor * self.y, factor * self.z)

    def length(self):
        return math.sqrt(self.dot(self))

    def away(self, other):
        return (self - other).length()

    @property
    def square(self):
        return self.dot(self)

    def __eq__(self, other):
        return NotImplemented if not isinstance(other, Vector) else self.x == other.x and self.y == other.y

    def __repr__(self):
        return f"Vector({self.x}, {self.y}, {self.z})"


class Counter:
    def __init__(self):
        self.count = 0
        self.last = None

    def add(self, n):
        self.count += n
        self.last = n

    def twice(self, n):
        self.add(n)
        self.add(n)

    def swap(self, other):
        mine = self.count
        self.count = other.count
        other.count = mine

    def keep(self, x):
        self.last = Vector(x, x)
        return self.last


def distances(points):
    total = 0.0
    for p in points:
        for q in points:
            total += p.away(q)
    return total


def sums(points):
    total = Vector(0, 0)
    for p in points:
        total = total + p.scale(2) - p
    return total


points = [Vector(i, i * 0.5, -i) for i in range(40)]
for _ in range(30):
    first, second = distances(points), sums(points)
print(first, second, sums([Vector(1, 2, 3), Vector(0.5, 2, 1)]))


def count(counter, rounds):
    for i in range(rounds):
        counter.twice(i & 7)
        counter.add(1)
    return counter.count, counter.last


counter = Counter()
for _ in range(20):
    print(count(counter, 300), end=" ")
print()

# The same object as both, and another one.
def swaps(a, b, rounds):
    for _ in range(rounds):
        a.swap(b)
    return a.count, b.count


one, two = Counter(), Counter()
one.count, two.count = 1, 2
for _ in range(20):
    swaps(one, two, 101)
    swaps(one, one, 101)
print(one.count, two.count)

# What is kept is one object.
def kept(counter, rounds):
    same = 0
    for i in range(rounds):
        same += counter.keep(i) is counter.last
    return same, counter.last


for _ in range(10):
    result = kept(counter, 200)
print(result)

# Overflow in the middle begins anew.
def big(counter, rounds):
    for _ in range(rounds):
        counter.add(2**60)
    return counter.count


for _ in range(10):
    counter = Counter()
    big(counter, 50)
print(counter.count == 50 * 2**60)

# What is wanting raises as ever, with nothing done twice.
class Odd(Vector):
    def __init__(self, x):
        self.x = x


def tried(points):
    got = []
    for p in points:
        try:
            got.append(p.square)
        except AttributeError as error:
            got.append(str(error))
    return got


for _ in range(40):
    tried(points)
print(tried([Vector(1, 2), Odd(3), Vector(2.5, 0)]))


def failing(counter, values):
    done = 0
    for value in values:
        try:
            counter.add(value)
            done += 1
        except TypeError as error:
            frame = error.__traceback__.tb_next.tb_frame
            print(type(error).__name__, frame.f_code.co_name, counter.count, counter.last)
    return done


counter = Counter()
for _ in range(60):
    failing(counter, range(20))
print(failing(counter, [1, "x", 2]), counter.count, counter.last)

# Classes and functions change under running code.
def all_adds(points, change):
    total = points[0]
    for i, p in enumerate(points):
        if i == 20:
            change()
        total = total + p
    return total


for _ in range(30):
    all_adds(points, int)
print(all_adds(points, lambda: setattr(Vector, "__add__", lambda self, other: Vector(other.x, -1))))
plain = Vector.__init__


def counted(self, x, y, z=0.0):
    made.append(x)
    plain(self, x, y, z)


made = []
for _ in range(30):
    sums(points)
Vector.__init__ = counted
sums(points[:3])
print(len(made))
Vector.__init__ = plain


class Watched(Vector):
    def __setattr__(self, name, value):
        seen.append(name)
        super().__setattr__(name, value)


seen = []
for _ in range(40):
    Watched(1, 2).away(Vector(1, 2))
print(len(seen), seen[:3])

# Instances that are known to nobody but their maker, and those that are.
class Noted(Vector):
    pass


def references(rounds):
    alive = 0
    for i in range(rounds):
        v = Noted(i, i)
        alive += weakref.ref(v)() is v
    return alive


print([references(100) for _ in range(10)])


class Dying:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        died.append(self.n)


def dying(rounds):
    total = 0
    for i in range(rounds):
        total += Dying(i).n
    return total


died = []
for _ in range(20):
    dying(50)
gc.collect()
# Another thread may have taken a finalizer and be about to run it.
for _ in range(1000):
    if len(died) == 1000:
        break
    time.sleep(0.01)
print(len(died))

# The frames that there would be are there where somebody looks.
class Looking:
    def __init__(self, look):
        self.look = look

    def inner(self, n):
        return self.look(n)

    def outer(self, n):
        return self.inner(n) + 1


def look(n):
    return n if n < 100_000 else len([f for f in frames(sys._getframe())])


def frames(frame):
    while frame and frame.f_code.co_name != "looks":
        yield frame.f_code.co_name
        frame = frame.f_back


def looks(looking, values):
    return [looking.outer(value) for value in values]


looking = Looking(look)
for _ in range(50):
    looks(looking, range(30))
print(looks(looking, [1, 100_000, 2]))

# Recursion is still counted.
class Chain:
    def __init__(self, n):
        self.n = n
        self.next = Chain(n - 1) if n else None

    def total(self):
        return self.n + (self.next.total() if self.next else 0)


for _ in range(50):
    chain = Chain(30)
    chain.total()
print(chain.total())
try:
    Chain(10_000_000)
except RecursionError as error:
    print(type(error).__name__)

# Threads that store into one object: each store is somebody's.
shared = Counter()
shared.last = 0


def store(own):
    for i in range(20_000):
        shared.add(own)
        assert shared.last in (0, 1, 2), shared.last


threads = [threading.Thread(target=store, args=(n,)) for n in (1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(shared.last in (1, 2), 0 < shared.count <= 60_000)
