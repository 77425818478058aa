"""Copies and reprs of containers: state in slots, names beyond Latin-1, iterators at their end."""

import array
import collections.abc
import copy
import operator
import weakref


def told(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Bytes(bytearray):
    __slots__ = ("x", "y", "__dict__")


class Ŭñıçöđë(bytearray):
    pass


b = Bytes(b"abc")
b.x, b.z = 10, 20
for made in (copy.copy(b), copy.deepcopy(b)):
    print(made, made.x, made.z, hasattr(made, "y"), type(made).__name__)
print(b.__reduce_ex__(2)[1:], b.__reduce_ex__(5)[1:])
print(Ŭñıçöđë(b"'\xff"), bytearray(b"a").__reduce__(), Bytes(b"").__reduce__()[1:])


class Bad:
    def __iter__(self):
        return iter(())

    def __length_hint__(self):
        raise RuntimeError("hint")


for made in (bytearray(), []):
    print(told(made.extend, Bad()))
it = reversed([1, 2])
print(it.__reduce__(), next(it), next(it), it.__reduce__(), next(it, "end"), it.__reduce__())
print(issubclass(array.array, collections.abc.MutableSequence))


class Sequence:
    def __getitem__(self, i):
        return i

    def __iadd__(self, other):
        return "iadd"


print(operator.iconcat(Sequence(), Sequence()), told(operator.concat, Sequence(), Sequence()))


class Answers(dict):
    def __getattr__(self, name):
        return self[name]


def function():
    pass


answers = Answers()
print(repr(weakref.ref(answers)).split(" at ")[1].split("'")[1], repr(weakref.ref(function)).endswith(" (function)>"))
