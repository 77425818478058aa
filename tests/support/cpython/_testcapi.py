"""Stands in for CPython's extension module of this name: see README.md.

What there is no answer to skips the test that asks for it.
"""

import inspect
import sys
import unittest

# The limits of C's types, as the C interface sees them.
CHAR_MAX = 127
CHAR_MIN = -128
UCHAR_MAX = 255
SHRT_MAX = 32767
SHRT_MIN = -32768
USHRT_MAX = 65535
INT_MAX = (1 << 31) - 1
INT_MIN = -(1 << 31)
UINT_MAX = (1 << 32) - 1
LONG_MAX = PY_SSIZE_T_MAX = LLONG_MAX = (1 << 63) - 1
LONG_MIN = PY_SSIZE_T_MIN = LLONG_MIN = -(1 << 63)
ULONG_MAX = SIZE_MAX = ULLONG_MAX = (1 << 64) - 1
SIZEOF_WCHAR_T = 4


def config_get(name):
    if name == "code_debug_ranges":
        return not sys._xoptions.get("no_debug_ranges")
    raise unittest.SkipTest(f"config_get({name!r}) is not to be had")


class CodeLike:
    """Something that events can be fired for; nothing here fires them."""

    def __init__(self, num_events):
        self.num_events = num_events


class _Missing:
    """What is not there. Modules and class bodies may go on with it, functions may not."""

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Missing(f"{self.__name__}.{name}")

    def __call__(self, *args, **kwargs):
        if sys._getframe(1).f_code.co_flags & inspect.CO_OPTIMIZED:
            raise unittest.SkipTest(f"needs _testcapi.{self.__name__}")
        return self


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Missing(name)
