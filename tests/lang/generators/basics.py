def count(n):
    print("start")
    for i in range(n):
        got = yield i
        if got is not None:
            print("got", got)
    return "result"


g = count(3)
print(type(g).__name__, g.gi_running, g.gi_frame is not None)
print(next(g), g.send("hello"), next(g))
try:
    next(g)
except StopIteration as e:
    print("stopped", e.value, g.gi_frame)
print(next(g, "default"))


def closing():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("finally")


g = closing()
next(g)
g.close()
g.close()
print(list(g))


def throwing():
    while True:
        try:
            yield "ready"
        except ValueError as e:
            print("caught", e)
            yield "after"


g = throwing()
print(next(g), g.throw(ValueError("v")), next(g))
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("out", e)


def delegate():
    result = yield from count(2)
    print("delegated", result)
    yield from "ab"
    yield from [x * 2 for x in range(2)]
    return 9


g = delegate()
print(next(g), g.send("through"), list(g))


def inner():
    try:
        yield 1
    except ValueError:
        yield "inner caught"


def outer():
    yield from inner()


g = outer()
next(g)
print(g.throw(ValueError))
for bad in ("count(1).send(5)", "next(5)", "iter(5)"):
    try:
        eval(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


def ignores():
    try:
        yield
    except GeneratorExit:
        yield "no"


g = ignores()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)


def stops():
    yield 1
    raise StopIteration("inside")


try:
    list(stops())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as e:
    print(e)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice
print(list(islice(fib(), 15)), sum(x for x in range(10) if x % 2))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)), sum(tree(10)))


def send_sum():
    total = 0
    while (x := (yield total)) is not None:
        total += x
    return total


g = send_sum()
next(g)
print(g.send(1), g.send(10))
try:
    g.send(None)
except StopIteration as e:
    print(e.value)
print([*count(1)], dict((i, i) for i in range(2)), max(fib() if False else iter([3, 1])))
print(inner().__name__, (x for x in ()).__name__, inner().__qualname__)
