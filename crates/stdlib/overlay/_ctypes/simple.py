"""Types of one number, character, address or object."""

import struct
import sys
from operator import index
from struct import calcsize

from .memory import (
    _address_of,
    _at,
    _block_at,
    _copy,
    _CData,
    _CType,
    _keep_bytes,
    _string,
    _wide_string,
)

_INTS = "bBhHiIlLqQ"
_SWAPS = "hHiIlLqQfd"
_SIZES = {"z": 8, "Z": 8, "P": 8, "O": 8, "u": 4, "g": 16, "D": 16, "F": 8, "G": 32, "c": 1, "?": 1}
_CODES = _INTS + "cfd?" + "zZPOugDFG"


class PyCSimpleType(_CType):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        code = getattr(cls, "_type_", None)
        if bases == (_CData,):
            return cls
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1:
            raise ValueError(
                "class must define a '_type_' attribute which must be a string of length 1"
            )
        if code not in _CODES:
            raise AttributeError(
                "class must define a '_type_' attribute which must be\n"
                f"a single character string containing one of '{_CODES}'."
            )
        cls._c_size = _SIZES.get(code) or calcsize(code)
        cls._c_align = {"D": 8, "F": 4, "G": 16}.get(code, cls._c_size)
        if code in _SWAPS and not cls._c_swapped and bases == (_SimpleCData,):
            swapped = {"_c_swapped": True, "__module__": cls.__module__}
            other = type.__new__(mcls, name, (cls,), swapped)
            other._c_size, other._c_align, other._c_plain = cls._c_size, cls._c_align, True
            big = sys.byteorder == "big"
            for each in (cls, other):
                each.__ctype_be__, each.__ctype_le__ = (cls, other) if big else (other, cls)
        return cls

    def _c_get(cls, block, at, base):
        return _load(cls, block, at) if _is_plain(cls) else super()._c_get(block, at, base)

    def _c_set(cls, block, at, value):
        if isinstance(value, cls):
            _copy(block, at, value)
        else:
            _store(cls, block, at, value)

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        code = cls._type_
        if code in "zZP" and value is None:
            return None
        if code == "z" and getattr(getattr(value, "_type_", None), "_type_", None) in ("c", "b", "B"):
            return value
        if code == "P" and (isinstance(value, (int, bytes, str)) or hasattr(value, "_c_as_address")):
            return value
        try:
            return cls(value)
        except (TypeError, OverflowError):
            if hasattr(value, "_as_parameter_"):
                return cls.from_param(value._as_parameter_)
            if code in "zZ":
                text = f"'{type(value).__name__}' object cannot be interpreted as ctypes.{cls.__name__}"
                raise TypeError(text) from None
            raise


def _is_plain(cls):
    """Whether values of a type are shown as Python's: simple types themselves, but no subclasses of them."""
    return isinstance(cls, PyCSimpleType) and (cls.__bases__ == (_SimpleCData,) or "_c_plain" in cls.__dict__)


def _load(cls, block, at):
    """The Python value of a simple type in memory."""
    code, data = cls._type_, block.data
    if code in _INTS or code in "fd":
        order = (">" if sys.byteorder == "little" else "<") if cls._c_swapped else "="
        if order != "=":
            return struct.unpack(order + _standard(code), data[at : at + cls._c_size])[0]
        return struct.unpack_from(code, data, at)[0]
    if code == "c":
        return bytes(data[at : at + 1])
    if code == "?":
        return data[at] != 0
    if code == "u":
        return chr(struct.unpack_from("I", data, at)[0])
    if code == "g":
        return struct.unpack_from("d", data, at)[0]
    if code in "DG":
        step = 8 if code == "D" else 16
        return complex(struct.unpack_from("d", data, at)[0], struct.unpack_from("d", data, at + step)[0])
    if code == "F":
        return complex(*struct.unpack_from("ff", data, at))
    address = struct.unpack_from("Q", data, at)[0]
    if code == "O":
        if at not in block.keeps:
            raise ValueError("PyObject is NULL")
        return block.keeps[at]
    if not address:
        return None
    if code == "z":
        return _string(address)
    if code == "Z":
        return _wide_string(address)
    return address


def _standard(code):
    """The code of the same size in a byte order that is given."""
    return {"l": "q", "L": "Q"}.get(code, code) if calcsize("l") == 8 else code


def _store(cls, block, at, value):
    """Puts the value of a simple type into memory."""
    code, data = cls._type_, block.data
    if code in _INTS:
        size = cls._c_size
        order = sys.byteorder
        if cls._c_swapped:
            order = "big" if order == "little" else "little"
        bits = index(value) & ((1 << 8 * size) - 1)
        data[at : at + size] = bits.to_bytes(size, order)
    elif code in "fdg":
        number = struct.pack("d" if code == "g" else code, _real(value, code))
        data[at : at + len(number)] = number[::-1] if cls._c_swapped else number
    elif code == "c":
        if isinstance(value, (bytes, bytearray)) and len(value) == 1:
            data[at] = value[0]
        elif isinstance(value, int) and 0 <= value < 256:
            data[at] = value
        else:
            what = type(value).__name__
            if isinstance(value, (bytes, bytearray)):
                what += f" of length {len(value)}"
            raise TypeError(
                f"one character bytes, bytearray, or an integer in range(256) expected, not {what}"
            )
    elif code == "?":
        data[at] = bool(value)
    elif code == "u":
        if not isinstance(value, str):
            raise TypeError(f"a unicode character expected, not instance of {type(value).__name__}")
        if len(value) != 1:
            raise TypeError("a unicode character expected, not a string of length %d" % len(value))
        struct.pack_into("I", data, at, ord(value))
    elif code in "DFG":
        number = complex(value)
        step = {"D": 8, "F": 4, "G": 16}[code]
        kind = "f" if code == "F" else "d"
        struct.pack_into(kind, data, at, number.real)
        struct.pack_into(kind, data, at + step, number.imag)
    elif code == "O":
        block.keeps[at] = value
        struct.pack_into("Q", data, at, id(value))
    else:
        _store_address(code, block, at, value)


def _real(value, code):
    if isinstance(value, (int, float)) or hasattr(value, "__float__") or hasattr(value, "__index__"):
        return float(value)
    raise TypeError(f"must be real number, not {type(value).__name__}")


def _store_address(code, block, at, value):
    block.keeps.pop(at, None)
    if value is None:
        address = 0
    elif code == "z" and isinstance(value, bytes):
        block.keeps[at], address = _keep_bytes(value + b"\0")
    elif code == "Z" and isinstance(value, str):
        data = value.encode("utf-32-le", "surrogatepass") + bytes(4)
        block.keeps[at], address = _keep_bytes(data)
    elif isinstance(value, int):
        address = value & 0xFFFF_FFFF_FFFF_FFFF
        try:
            block.keeps[at] = _block_at(address)[0]
        except ValueError:
            pass
    else:
        if code == "P":
            raise TypeError("cannot be converted to pointer")
        what = "bytes" if code == "z" else "unicode string"
        got = type(value).__name__
        raise TypeError(f"{what} or integer address expected instead of {got} instance")
    struct.pack_into("Q", block.data, at, address)


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    __slots__ = ("__dict__", "__weakref__")

    def __init__(self, value=None, /):
        if value is not None:
            _store(type(self), self._c_block, self._c_offset, value)

    @property
    def value(self):
        return _load(type(self), self._c_block, self._c_offset)

    @value.setter
    def value(self, value):
        _store(type(self), self._c_block, self._c_offset, value)

    def __bool__(self):
        return any(self._c_view())

    def __repr__(self):
        if type(self).__bases__ != (_SimpleCData,):
            return f"<{type(self).__name__} object at {id(self):#x}>"
        return f"{type(self).__name__}({self.value!r})"

    def __ctypes_from_outparam__(self):
        return self.value if _is_plain(type(self)) else self

    def _c_as_address(self):
        if self._type_ in "zZP":
            return struct.unpack_from("Q", self._c_block.data, self._c_offset)[0]
        return super()._c_as_address()

    @classmethod
    def _c_has_pointers(cls):
        return cls._type_ in "zZPO"
