class Meta(type):
    def __prepare__(name, bases, **kwargs):
        print("prepare", name, [b.__name__ for b in bases], kwargs)
        return {"prepared": True}

    def __new__(meta, name, bases, namespace, **kwargs):
        print("new", name, sorted(k for k in namespace if not k.startswith("__")))
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        print("init", name, kwargs)
        super().__init__(name, bases, namespace)

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __instancecheck__(cls, x):
        return x == 5 or super().__instancecheck__(x)

    def __subclasscheck__(cls, c):
        return c is int or super().__subclasscheck__(c)

    def __len__(cls):
        return 42

    def __getattr__(cls, name):
        return f"meta {name}"

    @property
    def prop(cls):
        return "meta property"

    def __iter__(cls):
        return iter("meta")


class A(metaclass=Meta, option=1):
    x = 1

    def __init__(self, *a):
        self.a = a


class B(A):
    pass


b = B(3)
print(type(B) is Meta, b.a, len(A), B.unknown, B.prop, list(B), isinstance(5, A), isinstance(b, A), issubclass(int, B), issubclass(str, B), A.prepared)
try:
    b.prop
except AttributeError as e:
    print(e)


class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)


class Owner:
    field = Named()


class M1(type): pass
class M2(type): pass
class C1(metaclass=M1): pass
class C2(metaclass=M2): pass


try:
    class C3(C1, C2): pass
except TypeError as e:
    print(e)


def function_as_metaclass(name, bases, namespace):
    return name, bases, namespace["y"]


class F(metaclass=function_as_metaclass):
    y = 5


print(F)


class Entries:
    def __mro_entries__(self, bases):
        return (A,)


class G(Entries()):
    pass


print(G.__mro__[1].__name__, G.__orig_bases__[0].__class__.__name__)


class Generic:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


print(Generic[int], Generic["x"])
from abc import ABC, abstractmethod


class Abstract(ABC):
    @abstractmethod
    def must(self): ...

    @property
    @abstractmethod
    def also(self): ...


class Half(Abstract):
    def must(self): return 1


class Whole(Half):
    also = 2


for cls in (Abstract, Half, Whole):
    try:
        print(cls().must())
    except TypeError as e:
        print(e)
Abstract.register(int)
print(isinstance(3, Abstract), issubclass(int, Abstract), sorted(Abstract.__abstractmethods__))
