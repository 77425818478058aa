import sys


def simple():
    a = 1
    before = locals()
    b = 2
    after = locals()
    before["a"] = 100
    before["new"] = 1
    return a, sorted(before), sorted(after), locals() is locals()


print(simple())


def proxy():
    x = 1
    frame = sys._getframe()
    view = frame.f_locals
    x = 2
    seen = view["x"]
    view["x"] = 3
    view["extra"] = 4
    return x, seen, sorted(k for k in view), view["extra"], type(view).__name__, "extra" in locals()


print(proxy())


def cells():
    a = 1

    def inner():
        nonlocal a
        a += 1
        b = a
        return sorted(locals().items())

    return inner(), a, sorted(k for k in locals())


print(cells())


def deleted():
    a = 1
    del a
    b = 2
    return locals()


print(deleted())


def comprehension():
    n = 2
    return [sorted(locals()) for i in range(1)], sorted(locals())


print(comprehension())


class C:
    x = 1
    names = sorted(k for k in locals() if not k.startswith("__"))
    y = 2
    locals()["z"] = 3


print(C.names, C.z)


def with_exec():
    a = 1
    space = {}
    exec("b = a + 1; a = 10", globals() | {"a": 5}, space)
    exec("a = 99")
    return a, space, eval("a")


print(with_exec())
module = locals()
module["made_here"] = 5
print(made_here, locals() is globals())


def changes_caller():
    sys._getframe(1).f_locals["target"] = "changed"


def caller():
    target = "original"
    changes_caller()
    return target


print(caller())


def vararg(*args, key=1, **kwargs):
    return locals()


print(vararg(1, 2, z=3), vars() is globals())


def generator():
    local = 1
    yield locals()
    local = 2
    yield locals()


print(*generator())


def unbound(flag):
    if flag:
        value = 1
    try:
        return value, "value" in locals()
    except UnboundLocalError:
        return "unbound", "value" in locals()


print(unbound(True), unbound(False))
