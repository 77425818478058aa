# `__class__` in a class body is that of a class around it, even if methods need the class's own.
class Outer:
    def method(self):
        class Inner:
            seen = __class__

            def own(self):
                return __class__

        return Inner, Inner.seen is Outer, Inner().own() is Inner

    def change(self):
        class Inner:
            nonlocal __class__
            __class__ = 42

            def own(self):
                return __class__

        return __class__


print(Outer().method()[1:])
print(Outer().change())


class Base:
    def f(self):
        return "base"


class Named(Base):
    def f(self):
        return super().f()

    __class__ = 413


print(Named().f(), Named().__class__)
try:
    exec("class X:\n    __class__\n    def f(): __class__", {}, {})
except NameError as error:
    print(type(error).__name__, error)


class Plain:
    pass


class Error(Plain, Exception):
    pass


error = Error()
error.__dict__ = {"a": 1}
print(error.a)
try:
    del error.__dict__
except TypeError as raised:
    print(raised)
