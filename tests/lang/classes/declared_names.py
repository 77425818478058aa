"""Names that a class body sets by itself follow its declarations."""


def f():
    __firstlineno__ = __qualname__ = __module__ = __static_attributes__ = None

    class C:
        nonlocal __firstlineno__, __qualname__, __module__, __static_attributes__

        def g(self):
            self.x = 1

    print(__firstlineno__, __qualname__, __module__, __static_attributes__)
    print(sorted(C.__dict__), C.__qualname__)


f()


class D:
    global __firstlineno__, __qualname__


print(__firstlineno__, __qualname__, sorted(D.__dict__), D.__qualname__)


class E:
    line, name = __firstlineno__, __qualname__


print(E.line, E.name, E.__firstlineno__, E.__qualname__)


# What counts for `__class__`: the slots of each class, one by one.
class H:
    __slots__ = ["a", "b"]


class I:
    __slots__ = ["b", "a"]


class L(H):
    __slots__ = ["e"]


class M(I):
    __slots__ = ["e"]


class N(H):
    __slots__ = ["e"]


class Q(H):
    __slots__ = []


def assign(a, b):
    x = a()
    try:
        x.__class__ = b
    except TypeError as e:
        print(e)
    else:
        print(type(x).__name__)


for a, b in ((H, I), (L, M), (L, N), (Q, H), (H, Q), (Q, I), (L, Q)):
    assign(a, b)
