"""C data types: what `ctypes` needs of them, without foreign functions.

The memory of an object is a part of a `_Block`. A block gets an address when somebody asks for one, from a range that
this module hands out itself: pointers lead to blocks, never to memory of the process, so no use of them can do harm. What
the address of a dead block leads to is NULL. Libraries cannot be loaded; a "function" is one of this module's own, or a
Python callable that was made a callback.

Blocks are shared by the threads that use an object, as in CPython; the table of addresses has a lock.
"""

import threading

from .compound import Array, CField, PyCArrayType, Structure, Union, UnionType
from .memory import _Block, _CData, _is_type, addressof
from .pointers import (
    ArgumentError,
    CFuncPtr,
    _cast_addr,
    _memmove_addr,
    _memoryview_at_addr,
    _memset_addr,
    _Pointer,
    _string_at_addr,
    _wstring_at_addr,
    byref,
)
from .simple import PyCSimpleType, _SimpleCData

__version__ = "1.1.0"
RTLD_LOCAL = 0
RTLD_GLOBAL = 0x100
FUNCFLAG_CDECL = 1
FUNCFLAG_PYTHONAPI = 4
FUNCFLAG_USE_ERRNO = 8
FUNCFLAG_USE_LASTERROR = 16
CTYPES_MAX_ARGCOUNT = 1024
SIZEOF_TIME_T = 8


def sizeof(v):
    if isinstance(v, _CData):
        return v._c_size_now
    if _is_type(v) and v._c_size is not None:
        return v._c_size
    raise TypeError("this type has no size")


def alignment(v):
    cls = v if _is_type(v) else type(v)
    if not _is_type(cls) or cls._c_size is None:
        raise TypeError("no alignment info")
    return cls._c_align


def POINTER(cls):
    import ctypes

    return ctypes.POINTER(cls)


def pointer(v):
    return POINTER(type(v))(v)


def resize(v, size):
    if not isinstance(v, _CData):
        raise TypeError("excepted ctypes instance")
    if size < type(v)._c_size:
        raise ValueError(f"minimum size is {type(v)._c_size}")
    if v._b_base_ is not None or v._c_offset:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    data = bytearray(size)
    data[: min(size, v._c_size_now)] = v._c_view()[:size]
    block = _Block(memoryview(data))
    block.keeps = v._c_block.keeps
    v._c_block, v._c_size_now = block, size


def buffer_info(cls):
    shape = []
    while isinstance(cls, PyCArrayType):
        shape.append(cls._length_)
        cls = cls._type_
    if isinstance(cls, PyCSimpleType):
        text = (">" if cls._c_swapped else "<") + cls._type_
    else:
        text = "B"
    return text, len(shape), tuple(shape)


_errno = threading.local()


def get_errno():
    return getattr(_errno, "value", 0)


def set_errno(value):
    old = get_errno()
    _errno.value = value
    return old


def dlopen(name, mode=RTLD_LOCAL):
    if name is None:
        # The process itself: it can be opened, but no function is found in it.
        return 1
    raise OSError(f"{name}: foreign libraries are not supported")


def dlclose(handle):
    return 0


def dlsym(handle, name):
    raise OSError(f"{name}: foreign functions are not supported")


def call_function(address, arguments):
    raise NotImplementedError("foreign functions are not supported")


call_cdeclfunction = call_function


def _unsupported_reference(v):
    raise NotImplementedError("reference counts are not supported")


Py_INCREF = Py_DECREF = PyObj_FromPtr = _unsupported_reference
