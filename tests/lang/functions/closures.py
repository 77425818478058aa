def counter():
    n = 0

    def up(by=1):
        nonlocal n
        n += by
        return n

    def get():
        return n

    return up, get


up, get = counter()
up2, get2 = counter()
print(up(), up(5), get(), get2(), up2())
print(up.__closure__[0].cell_contents, up.__code__.co_freevars, counter.__code__.co_cellvars)


def adders():
    return [lambda x: x + i for i in range(3)], [lambda x, i=i: x + i for i in range(3)]


late, early = adders()
print([f(10) for f in late], [f(10) for f in early])


def compose(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x
    return composed


print(compose(lambda x: x + 1, lambda x: x * 2)(5))


def argument_cell(a, b):
    def inner():
        nonlocal a
        a += b
        return a
    return inner


f = argument_cell(1, 10)
print(f(), f())


def loop_cells():
    result = []
    for i in range(3):
        def inner():
            return i
        result.append(inner)
    i = 99
    return [f() for f in result]


print(loop_cells())


def recursive():
    def fact(n):
        return 1 if n < 2 else n * fact(n - 1)
    return fact


print(recursive()(10))


def memo(function):
    cache = {}

    def wrapped(n):
        if n not in cache:
            cache[n] = function(n)
        return cache[n]
    wrapped.cache = cache
    return wrapped


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache))


class Uses:
    def method(self):
        return __class__, super().__init__ is not None


print(Uses().method())
cell = up.__closure__[0]
cell.cell_contents = 100
print(get(), up())
del cell.cell_contents
try:
    get()
except NameError as e:
    print(e)
