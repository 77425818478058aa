# Attributes that compiled code adds to objects, of classes that change meanwhile.
import gc


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.where = [x, y]


class Odd(Point):
    def __setattr__(self, name, value):
        object.__setattr__(self, name, (name, value))


class Late:
    pass


def make(kind, n):
    return [kind(i, str(i)) for i in range(n)]


def extend(things):
    for i, thing in enumerate(things):
        thing.first = i
        thing.second = thing
        thing.first = -i
    return things[-1].__dict__.keys()


for _ in range(5):
    points = make(Point, 2000)
    gc.collect()
print(points[7].where, vars(points[1999]))
print(vars(make(Odd, 50)[3]))
print(list(extend([Late() for _ in range(2000)])))
Late.second = property(lambda self: "of the class", lambda self, value: None)
print(list(extend([Late() for _ in range(500)])))
del Late.second
print(list(extend([Late() for _ in range(500)])))


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


print(sum(Slots(i).a for i in range(3000)))
try:
    extend([Slots(1)])
except AttributeError as error:
    print(error)
