# skip: threads: warnings are told by filters that all share

"""Classes with odd names in their namespace, in their order and in their `__dict__`."""

import types
import warnings


def tell(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


# A slot may have the name of the cell for the class.
class Slotted:
    __slots__ = ["__classcell__"]

    def f(self):
        return __class__


s = Slotted()
s.__classcell__ = 3
print(s.__classcell__, s.f() is Slotted, type(Slotted.__dict__["__classcell__"]).__name__)

# Names that are no strings.
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    made = type("Made", (), {1: 2, "a": 3, (1, 2): 4})
print([str(w.message) for w in told], made.a)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    tell(type, "Made", (), {1: 2})


# An order without the class itself.
class M(type):
    def mro(cls):
        return (object,)


def lost():
    class C(metaclass=M):
        pass


tell(lost)


# The descriptor of `__dict__` and objects that have one of another kind.
class Base:
    pass


class Meta(type, Base):
    pass


class D(metaclass=Meta):
    pass


class Module(types.ModuleType, Base):
    pass


descriptor = Base.__dict__["__dict__"]
for owner in (D, Module("m"), Base(), Base, 5):
    tell(lambda: type(descriptor.__get__(owner)))
    tell(lambda: descriptor.__set__(owner, {}))
    tell(lambda: descriptor.__delete__(owner))

# Annotations of wrapped functions are there to delete once they were asked for.
for wrap in (classmethod, staticmethod):
    @wrap
    def f(cls) -> int:
        pass

    for name in ("__annotations__", "__annotate__"):
        tell(delattr, f, name)
        getattr(f, name)
        tell(delattr, f, name)
        tell(delattr, f, name)


# A special method whose descriptor raises AttributeError is missing, where it need not be there.
def raises(kind):
    def get(self):
        raise kind("gone")
    return property(get)


for kind in (AttributeError, ValueError):
    class E:
        __eq__ = __lt__ = __len__ = __add__ = __hash__ = __iter__ = raises(kind)

    e = E()
    for f in (
        lambda: e == e, lambda: E() == E(), lambda: e < e, lambda: len(e), lambda: e + 1, lambda: hash(e), lambda: iter(e),
    ):
        tell(f)


# A union remembers what had no hash.
class Unhashable(type):
    __hash__ = None


class U(metaclass=Unhashable):
    pass


union = U | int
tell(hash, union)
Unhashable.__hash__ = type.__hash__
tell(hash, union)
print(hash(U | int) == hash(int | U))
