x = "global"


def outer():
    x = "outer"

    def inner():
        nonlocal x
        x = "changed"

        def deepest():
            global x
            before = x
            x = "new global"
            return before

        return deepest()

    return inner(), x


print(outer(), x)


def unbound():
    print(y)
    y = 1


def free():
    def g():
        return z
    try:
        g()
    except NameError as e:
        print(type(e).__name__, e)
    z = 1
    return g()


try:
    unbound()
except UnboundLocalError as e:
    print(type(e).__name__, e)
print(free())


class C:
    x = "class"

    def method(self):
        return x

    y = x
    z = [x for _ in range(1)]


print(C().method(), C.y, C.z)


def delete():
    a = 1
    del a
    try:
        a
    except UnboundLocalError as e:
        print(e)


delete()


def locals_are_snapshots():
    a = 1
    first = locals()
    b = 2
    second = locals()
    first["a"] = 100
    return a, first, second


print(locals_are_snapshots())


def executed():
    a = 1
    exec("a = 2; c = 3")
    return a, "c" in locals(), eval("a + 1")


print(executed())
namespace = {}
exec("def f(): return g()\ndef g(): return 'g'\nr = f()", namespace)
print(namespace["r"], sorted(k for k in namespace if k != "__builtins__"))
print(eval("a + b", {"a": 1}, {"b": 2}))
try:
    raise ValueError("v")
except ValueError as e:
    pass
try:
    e
except NameError as error:
    print(error)
