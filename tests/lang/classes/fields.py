"""Fields of built-in types are members, what is computed is not; and errors about attributes."""

import datetime
import functools
import os
import re
import time
import types
import typing


def told(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def inner():
    yield


rows = [
    (complex, "real"), (float, "real"), (property, "fget"), (types.FunctionType, "__globals__"),
    (types.FunctionType, "__code__"), (types.CodeType, "co_name"), (types.CodeType, "co_code"), (slice, "start"),
    (OSError, "errno"), (StopIteration, "value"), (BaseException, "args"), (BaseException, "__suppress_context__"),
    (SyntaxError, "lineno"), (ImportError, "name"), (UnicodeDecodeError, "start"), (time.struct_time, "tm_year"),
    (time.struct_time, "tm_zone"), (os.stat_result, "st_atime"), (datetime.timedelta, "days"),
    (datetime.date, "day"), (functools.partial, "func"), (re.Pattern, "pattern"), (re.Match, "pos"),
    (typing.TypeVar, "__name__"), (typing.TypeVar, "__bound__"), (typing.ParamSpec, "__bound__"), (type, "__base__"),
    (type, "__name__"), (types.MethodType, "__func__"),
]
for owner, name in rows:
    descriptor = owner.__dict__[name]
    print(owner.__name__, name, type(descriptor).__name__, isinstance(descriptor, types.MemberDescriptorType))
    assert descriptor.__name__ == name and descriptor.__objclass__ is owner
    assert descriptor.__qualname__ == f"{owner.__qualname__}.{name}"
print(complex.real, OSError.errno, complex.real.__get__(3j), told(complex.real.__get__, 3))
for value, name in ((3j, "real"), (time.gmtime(0), "tm_zone"), (time.gmtime(0), "tm_year"), (inner, "__globals__")):
    print(told(setattr, value, name, 1))
error = OSError(1, "a")
error.errno = 5
del error.strerror
print(error.errno, error.strerror)


class Slots:
    __slots__ = "a"


class Outer:
    class Slots(Slots):
        __slots__ = "b"


print(told(lambda: Slots().a), told(lambda: Outer.Slots().b))
for name in ("__doc__", "__name__", "__module__"):
    print(told(delattr, Slots, name))
print(told(type, "A", (), {"__doc__": "\udc00"}), type("A", (), {"__doc__": "ä"}).__doc__)
print(os.stat_result.__match_args__)
for kind in (type(iter([])), types.GeneratorType, types.FrameType, types.UnionType):
    print(told(object.__new__, kind))


class Space(types.SimpleNamespace):
    made = 0

    def __new__(cls, *args, **kwargs):
        cls.made += 1
        return super().__new__(cls) if cls.made == 1 else 5


print(told(Space().__replace__))
