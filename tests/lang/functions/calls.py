def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(f(1, d=4))
print(f(1, 20, 30, 40, 50, d=4, z=6))
print(f(1, d=4, a=9, b=8))
print(f(*(1, 2), **{"d": 4, "c": 7}))
calls = ["f()", "f(1)", "f(1, d=1, c=1, e=1, **{'c': 2})", "g(1, 2)", "g(x=1, x2=2)", "g(1, x=1)", "h(1)", "h(a=1)", "k(1, 2)",
         "k()", "g(*5)", "g(**5)", "g(**{1: 2})", "5()", "g(1, **{'x': 1})", "m(1, 2)", "m(b=1)", "len()", "len(1, 2)", "len(x=1)", "print(foo=1)"]


def g(x):
    pass


def h(*, a1, b1):
    pass


def k(a, /):
    pass


def m(a, b, c):
    pass


for call in calls:
    try:
        print(eval(call))
    except TypeError as error:
        print(call, "->", error)


def default(x=[]):
    x.append(len(x))
    return x


print(default(), default(), default.__defaults__)
print(f.__name__, f.__qualname__, f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount, f.__code__.co_varnames)


def documented():
    """The doc."""
    documented.calls += 1
    return documented.calls


documented.calls = 0
documented()
print(documented(), documented.__doc__, documented.__dict__)
documented.__defaults__ = ()
documented.__name__ = "renamed"
print(documented.__name__, (lambda: 0).__name__, (lambda x, *y: (x, y))(1, 2, 3))


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


print(deep(900))
try:
    def forever(n):
        return forever(n + 1) + 1
    forever(0)
except RecursionError as error:
    print(type(error).__name__)


def factory():
    def inner(): pass
    return inner


print(factory().__qualname__, factory() is factory())
print((lambda *, k=1: k)(), (lambda a, b=2, *c, d, **e: (a, b, c, d, e))(1, d=2, z=3))
