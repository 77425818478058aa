# Attributes of `__slots__` at sites that run often: every change must be seen.


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


class Named(Point):
    __slots__ = ("name", "__dict__")


class Other:
    __slots__ = ("x",)


def read(p):
    return p.x


def write(p, value):
    p.x = value


for round in range(3):
    p = Point(round)
    for n in range(5):
        write(p, read(p) + n)
    print(p.x)
    del p.x
    try:
        read(p)
    except AttributeError as e:
        print("AttributeError", e)
    write(p, "again")
    print(read(p))
    try:
        p.y
    except AttributeError as e:
        print("AttributeError", e)

n = Named(1)
n.name = "n"
n.extra = 5
print(read(n), n.name, n.extra, n.__dict__)
for value in (1, 2):
    write(n, value)
print(read(n))

o = Other()
write(o, 7)
print(read(o))

# The descriptor of another class does not serve.
Foreign = type("Foreign", (), {"x": Point.x, "__slots__": ()})
for _ in range(2):
    try:
        read(Foreign())
    except TypeError as e:
        print("TypeError", e)
    try:
        write(Foreign(), 1)
    except TypeError as e:
        print("TypeError", e)

# The class changes under the site.
p = Point(3)
print(read(p))
old = Point.x
Point.x = property(lambda self: "property")
print(read(p))
try:
    write(p, 1)
except AttributeError as e:
    print("AttributeError", e)
Point.x = old
print(read(p))
del Point.x
try:
    read(p)
except AttributeError as e:
    print("AttributeError", e)


class Numbers(int):
    __slots__ = ()


class Sized(tuple):
    __slots__ = ()


try:
    write(Numbers(3), 1)
except AttributeError as e:
    print("AttributeError", e)
