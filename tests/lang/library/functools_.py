import functools as ft
import inspect


@ft.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info(), fib.cache_parameters(), fib.cache_clear(), fib.cache_info().currsize, fib.__wrapped__.__name__)


@ft.lru_cache(maxsize=2, typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info())
try:
    fib([])
except TypeError as e:
    print(e)
p = ft.partial(print, 1, sep="-", end="!\n")
p(2, 3)
p(2, sep="+")
print(p.func is print, p.args, p.keywords, ft.partial(p, 9).args, ft.partial(int, base=2)("11"))
print(ft.partial(lambda *a: a, ft.Placeholder, 2)(1, 3))


class C:
    def method(self, a, b):
        return a, b

    bound = ft.partialmethod(method, 1)

    @ft.cached_property
    def cached(self):
        print("once")
        return 5

    @ft.singledispatchmethod
    def show(self, x):
        return "any"

    @show.register
    def _(self, x: int):
        return "int"

    @show.register
    def _(self, x: str | bytes):
        return "text"


c = C()
print(c.bound(2), c.cached, c.cached, c.__dict__, c.show(1), c.show("a"), c.show(b""), c.show([]))


@ft.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n


print(Version(1) <= Version(1), Version(2) > Version(1), Version(1) >= Version(2))
print(ft.reduce(lambda a, b: a + b, "abc"), ft.reduce(max, [3, 1], 10), ft.reduce(lambda a, b: a, [], "initial"), ft.reduce(lambda a, b: [a, b], range(4)))
try:
    ft.reduce(max, [])
except TypeError as e:
    print(e)


@ft.singledispatch
def describe(x):
    return f"object {x}"


@describe.register(int)
@describe.register(float)
def number(x):
    return f"number {x}"


@describe.register
def _(x: list):
    return f"list of {len(x)}"


print(describe("x"), describe(1), describe(2.5), describe([1]), describe(True), describe.dispatch(bool) is number, sorted(t.__name__ for t in describe.registry))


def decorated(f):
    @ft.wraps(f)
    def wrapper(*args, **kwargs):
        "wrapper doc"
        return f(*args, **kwargs)
    return wrapper


@decorated
def original(a: int, b=2) -> str:
    "original doc"


print(original.__name__, original.__doc__, original.__annotations__, inspect.signature(original), original.__wrapped__.__qualname__)
print(sorted("bca", key=ft.cmp_to_key(lambda a, b: (a < b) - (a > b))))
cache = ft.cache(lambda x: print("miss", x) or x)
cache(1), cache(1), cache(2)
print(cache.cache_info())
