# `__dict__` of a class whose metaclass has a plain class before `type` among its bases.


class Mixin:
    pass


class Meta(Mixin, type):
    pass


class C(metaclass=Meta):
    a = 1


print(type(C.__dict__).__name__, C.__dict__["a"])
C.b = 2
print(vars(C)["b"], sorted(n for n in C.__dict__ if not n.startswith("__")))
print(type(Mixin.__dict__["__dict__"].__get__(C)).__name__)


class E(Mixin, Exception):
    pass


e = E()
e.z = 1
print(e.__dict__)


class Swap:
    def __setattr__(cls, name, value):
        if name == "fields":
            value = list(reversed(value))
        super().__setattr__(name, value)


class SwapMeta(Swap, Meta):
    pass


class D(metaclass=SwapMeta):
    pass


D.fields = [1, 2]
print(D.fields, "fields" in D.__dict__)
