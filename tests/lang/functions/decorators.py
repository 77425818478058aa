import functools

order = []


def tag(name):
    order.append(f"make {name}")

    def decorate(function):
        order.append(f"apply {name}")

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return f"<{name}>{function(*args, **kwargs)}</{name}>"
        return wrapper
    return decorate


@tag("b")
@tag("i")
def text(s):
    "Doc."
    return s


print(text("hi"), text.__name__, text.__doc__, text.__wrapped__.__wrapped__("x"))
print(order)


class Register:
    known = {}

    def __init__(self, key):
        self.key = key

    def __call__(self, thing):
        self.known[self.key] = thing
        return thing


@Register("cls")
class Thing:
    @Register("method")
    def method(self):
        return 1

    @staticmethod
    def static(x):
        return x

    @classmethod
    def cls(cls):
        return cls.__name__

    @property
    def prop(self):
        return "got"

    @prop.setter
    def prop(self, value):
        print("set", value)

    @prop.deleter
    def prop(self):
        print("deleted")

    @functools.cached_property
    def once(self):
        print("computed")
        return 42


t = Thing()
t.prop = 5
del t.prop
print(t.prop, Thing.static(3), t.cls(), Thing.cls(), sorted(Register.known), t.once, t.once, t.__dict__)


@functools.lru_cache(maxsize=2)
def slow(n):
    print("slow", n)
    return n


slow(1), slow(1), slow(2), slow(3), slow(1)
print(slow.cache_info())


@functools.singledispatch
def kind(x):
    return "object"


@kind.register
def _(x: int):
    return "int"


@kind.register(list)
def _(x):
    return "list"


print(kind(1), kind([]), kind(""), kind(True))
print([1, 2, 3] and (lambda f: f)(len)([1, 2]), functools.reduce(lambda a, b: a * b, range(1, 6)), functools.partial(pow, 2)(5))
buttons = [tag]
@buttons[0]("x")
def y():
    return "y"
print(y())
