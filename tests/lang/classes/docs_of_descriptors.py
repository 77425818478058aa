"""Docstrings of native descriptors, signatures in docstrings of classes, classes that have no order yet."""
import inspect
import io
import types

print(complex.real.__doc__, "|", io.FileIO.closed.__doc__)
print(types.FunctionType.__code__.__doc__)
print("coroutine" in types.CoroutineType.send.__doc__, "generator" in types.GeneratorType.close.__doc__)


class Reader:
    """Reader(raw, size=7)\n--\n\nReads."""


class Sub(Reader):
    """No signature."""


class Other:
    """Another(raw)\n--\n\nReads."""


class Broken:
    """Broken(raw)\n\n(x)\n--\n\nReads."""


for c in Reader, Sub, Other, Broken:
    print(c.__text_signature__, inspect.signature(c))


class Meta(type):
    def mro(cls):
        print(cls.__name__, cls.__mro__)
        if cls.__mro__ is None and cls.__name__ == "A":
            try:
                class B(cls):
                    pass
            except TypeError as e:
                print(e)
        return type.mro(cls)


class A(metaclass=Meta):
    pass


A.__bases__ += ()
print(A.__mro__)
for n in 0, 1, -1, 2**30 - 1, 2**30, -(2**60), 2**600:
    print(n.__sizeof__() - int.__basicsize__)
