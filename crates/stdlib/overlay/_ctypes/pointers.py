"""Pointers, and functions, none of which is foreign."""

import struct
from operator import index

from .compound import Array, _joined
from .memory import (
    _address_of,
    _Block,
    _block_at,
    _CData,
    _CType,
    _is_type,
    _at,
    _keep_bytes,
    _string,
    _wide_string,
    addressof,
)
from .simple import _is_plain, _SimpleCData


class ArgumentError(Exception):
    pass


class PyCPointerType(_CType):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        if bases == (_CData,):
            return cls
        cls._c_size = cls._c_align = 8
        target = namespace.get("_type_")
        if target is not None:
            cls.set_type(target)
        return cls

    def set_type(cls, target):
        if not _is_type(target):
            raise TypeError("_type_ must have storage info")
        cls._type_ = target
        if "_c_pointer" not in target.__dict__:
            target._c_pointer = cls

    def _c_set(cls, block, at, value):
        if value is None:
            struct.pack_into("Q", block.data, at, 0)
        elif isinstance(value, cls):
            super()._c_set(block, at, value)
        elif isinstance(value, Array) and value._type_ is cls._type_ or isinstance(value, cls._type_):
            struct.pack_into("Q", block.data, at, addressof(value))
            block.keeps[at] = value
        else:
            raise TypeError(f"expected {cls.__name__} instance, got {type(value).__name__}")

    def from_param(cls, value):
        if value is None:
            return None
        target = cls._type_
        if isinstance(value, target):
            return byref(value)
        if isinstance(value, _Reference) and isinstance(value._obj, target):
            return value
        if isinstance(value, (Array, _Pointer)) and issubclass(value._type_, target):
            return value
        return super().from_param(value)


class _Pointer(_CData, metaclass=PyCPointerType):
    __slots__ = ("__dict__", "__weakref__")

    def __new__(cls, *args):
        if not hasattr(cls, "_type_"):
            raise TypeError("Cannot create instance: has no _type_")
        return super().__new__(cls)

    def __init__(self, target=None):
        if target is not None:
            self.contents = target

    def _c_as_address(self):
        return struct.unpack_from("Q", self._c_block.data, self._c_offset)[0]

    def _c_target(self, i=0):
        address = self._c_as_address()
        if not address:
            raise ValueError("NULL pointer access")
        return _block_at(address + i * self._type_._c_size)

    @property
    def contents(self):
        block, at = self._c_target()
        made = _at(self._type_, block, at, self)
        made._c_size_now = self._type_._c_size
        return made

    @contents.setter
    def contents(self, target):
        if not isinstance(target, self._type_):
            raise TypeError(f"expected {self._type_.__name__} instead of {type(target).__name__}")
        struct.pack_into("Q", self._c_block.data, self._c_offset, addressof(target))
        self._c_block.keeps[self._c_offset] = target

    def __getitem__(self, i):
        if isinstance(i, slice):
            step = 1 if i.step is None else i.step
            if i.start is None and step > 0:
                start = 0
            elif i.start is None:
                raise ValueError("slice start is required for step < 0")
            else:
                start = i.start
            if i.stop is None:
                raise ValueError("slice stop is required")
            return _joined(self._type_, [self[n] for n in range(start, i.stop, step)])
        if not hasattr(i, "__index__"):
            raise TypeError("Pointer indices must be integer")
        block, at = self._c_target(index(i))
        return self._type_._c_get(block, at, self)

    def __setitem__(self, i, value):
        block, at = self._c_target(index(i))
        self._type_._c_set(block, at, value)

    def __bool__(self):
        return self._c_as_address() != 0

    @classmethod
    def _c_has_pointers(cls):
        return True


class _Reference:
    """What `byref` gives: only good as an argument."""

    __slots__ = ("_obj", "_offset")

    def _c_as_address(self):
        return addressof(self._obj) + self._offset

    def __repr__(self):
        return f"<cparam 'P' ({self._c_as_address():#x})>"


def byref(v, offset=0):
    if not isinstance(v, _CData):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(v).__name__}'")
    made = _Reference()
    made._obj, made._offset = v, offset
    return made


class PyCFuncPtrType(_CType):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        if bases != (_CData,):
            if "_flags_" not in namespace and not hasattr(cls, "_flags_"):
                raise TypeError("class must define _flags_ which must be an integer")
            cls._c_size = cls._c_align = 8
        return cls

    def _c_set(cls, block, at, value):
        if value is None:
            struct.pack_into("Q", block.data, at, 0)
        else:
            super()._c_set(block, at, value)

    def from_param(cls, value):
        return None if value is None else super().from_param(value)


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    __slots__ = ("_c_callable", "argtypes", "restype", "errcheck", "__dict__", "__weakref__")

    def __init__(self, target=0, *flags):
        self.argtypes = getattr(self, "_argtypes_", None)
        self.restype = getattr(self, "_restype_", None)
        self.errcheck = None
        if isinstance(target, tuple):
            raise AttributeError(f"{target[0]}: foreign functions are not supported")
        if callable(target):
            if not hasattr(self, "_argtypes_"):
                raise TypeError("cannot construct instance of this class: no argtypes")
            self._c_callable = target
            block = _Block(memoryview(bytearray(8)))
            block.keeps[0] = target
            self._c_block.keeps[0] = block
            address = _address_of(block)
        elif isinstance(target, int):
            self._c_callable = _FUNCTIONS.get(target)
            address = target
        else:
            raise TypeError("argument must be callable or integer function address")
        struct.pack_into("Q", self._c_block.data, self._c_offset, address)

    def _c_as_address(self):
        return struct.unpack_from("Q", self._c_block.data, self._c_offset)[0]

    def __bool__(self):
        return self._c_as_address() != 0

    def __call__(self, *args):
        function = self._c_callable
        if function is None:
            if not self:
                raise ValueError("attempt to call a NULL function pointer")
            raise NotImplementedError("foreign functions are not supported")
        types = self.argtypes
        if types is not None:
            if len(args) < len(types):
                s = "" if len(types) == 1 else "s"
                raise TypeError(
                    f"this function takes at least {len(types)} argument{s} ({len(args)} given)"
                )
            pairs = enumerate(zip(types, args), 1)
            args = [self._c_argument(i, cls, arg) for i, (cls, arg) in pairs]
        result = function(*args)
        if self.restype is None:
            result = None
        elif _is_type(self.restype) and self.restype._type_ != "O":
            box = self.restype()
            self.restype._c_set(box._c_block, 0, result)
            result = box.value if _is_plain(self.restype) else box
        if self.errcheck is not None:
            result = self.errcheck(result, self, args)
        return result

    def _c_argument(self, i, cls, arg):
        try:
            made = cls.from_param(arg)
        except Exception as e:
            raise ArgumentError(f"argument {i}: {type(e).__name__}: {e}") from None
        if getattr(cls, "_type_", None) == "P":
            return _address(made)
        return made.value if _is_plain(type(made)) else made

    def __repr__(self):
        return f"<{type(self).__name__} object at {id(self):#x}>"

    @classmethod
    def _c_has_pointers(cls):
        return True


def _address(v):
    """The address that an argument of type `void *` is."""
    if v is None:
        return 0
    if isinstance(v, int):
        return v
    if isinstance(v, (bytes, str)):
        wide = isinstance(v, str)
        data = v.encode("utf-32-le", "surrogatepass") + bytes(4) if wide else v + b"\0"
        block, address = _keep_bytes(data)
        # The caller has no object that could keep the block alive.
        _lent.append(block)
        del _lent[:-64]
        return address
    return v._c_as_address()


_lent = []


def _memmove(to, source, n):
    data = _string(source, n)
    block, at = _block_at(to)
    block.data[at : at + n] = data
    return to


def _memset(to, byte, n):
    block, at = _block_at(to)
    block.data[at : at + n] = bytes([getattr(byte, "value", byte) & 255]) * n
    return to


def _cast(address, source, cls):
    is_pointer = isinstance(cls, (PyCPointerType, PyCFuncPtrType))
    if not is_pointer and getattr(cls, "_type_", None) not in ("z", "Z", "P"):
        name = getattr(cls, "__name__", cls)
        raise TypeError(f"cast() argument 2 must be a pointer, not {name}")
    made = cls.__new__(cls)
    struct.pack_into("Q", made._c_block.data, 0, address)
    made._c_block.keeps[0] = source
    if address:
        try:
            made._c_block.keeps[-1] = _block_at(address)[0]
        except ValueError:
            pass
    return made


def _memoryview_at(address, size, readonly):
    block, at = _block_at(address)
    view = block.data[at : at + getattr(size, "value", size)]
    return view.toreadonly() if getattr(readonly, "value", readonly) else view


# Addresses of these: below all blocks.
_memmove_addr, _memset_addr, _string_at_addr, _cast_addr, _wstring_at_addr, _memoryview_at_addr = (
    16 * n for n in range(1, 7)
)
_FUNCTIONS = {
    _memmove_addr: _memmove,
    _memset_addr: _memset,
    _string_at_addr: _string,
    _cast_addr: _cast,
    _wstring_at_addr: _wide_string,
    _memoryview_at_addr: _memoryview_at,
}
