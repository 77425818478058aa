# __bases__ set by mro methods: no inheritance cycle comes of it.
log = []


class Meta(type):
    def mro(cls):
        action = actions.pop(cls.__name__, None)
        if action:
            action()
        return type.mro(cls)


actions = {}


class A(metaclass=Meta):
    pass


class B1(A):
    pass


class B2(A):
    pass


class C(A):
    pass


def show():
    for c in (B1, B2, C):
        print(c.__name__, [b.__name__ for b in c.__bases__], [b.__name__ for b in c.__mro__], sorted(s.__name__ for s in c.__subclasses__()))


def set_bases(cls, *bases):
    cls.__bases__ = bases


actions["C"] = lambda: set_bases(C, B2)
C.__bases__ = (B1,)
show()
B1.__bases__ = (C,)
show()


class D1(A):
    pass


class D2(A):
    pass


actions["D1"] = lambda: set_bases(D2, D1)
actions["D2"] = lambda: set_bases(D1, D2)
try:
    D1.__bases__ = (A,)
except TypeError as e:
    print(e)
try:
    A.__bases__ = (D2,)
except TypeError as e:
    print(e)

import collections
import collections.abc


class M1(collections.UserDict, collections.abc.Sequence):
    pass


class M2(collections.UserDict, list):
    pass


class S1(collections.UserList, collections.abc.Mapping):
    pass


for value in (M1(), M2(), S1(), b"ab", "ab", bytearray(b"ab")):
    match value:
        case [*_]:
            print("sequence")
        case {}:
            print("mapping")
        case _:
            print("neither")


class Private:
    def look(self, value):
        match value:
            case Private(__x=x):
                return x


p = Private()
setattr(p, "__x", 5)
print(p.look(p))


class Shadow:
    msg = "shadow"


class Uses:
    def method(self):
        return super().msg


super = Shadow
print(Uses().method())
del super
code = """
def f():
    y = 1
    def g():
        global y
        return y
    def h():
        return y + 1
    return g, h
y = 9
g, h = f()
print(g(), h())
"""
exec(code, {}, {})
