"""Arrays, structures and unions."""

import sys
import types
from operator import index

from .memory import _CData, _CType, _at, _is_type
from .simple import _INTS, PyCSimpleType


def _is_char(cls):
    return isinstance(cls._type_, PyCSimpleType) and cls._type_._type_ in ("c", "u")


class PyCArrayType(_CType):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        if bases == (_CData,):
            return cls
        if not hasattr(cls, "_length_"):
            raise AttributeError("class must define a '_length_' attribute")
        if not hasattr(cls, "_type_"):
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(cls._length_, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if cls._length_ < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if not _is_type(cls._type_) or cls._type_._c_size is None:
            raise TypeError("_type_ must have storage info")
        cls._type_._c_finish()
        cls._c_size = cls._type_._c_size * cls._length_
        cls._c_align = cls._type_._c_align
        if _is_char(cls):
            cls.value = property(_get_text, _set_text)
            if cls._type_._type_ == "c":
                cls.raw = property(lambda self: bytes(self._c_view()), _set_raw)
        return cls

    def _c_get(cls, block, at, base):
        # A field of characters reads as their text; an item of an array of such does not.
        if _is_char(cls) and not isinstance(base, Array):
            return _at(cls, block, at, base).value
        return super()._c_get(block, at, base)

    def _c_set(cls, block, at, value):
        if _is_char(cls) and isinstance(value, (bytes, str)):
            _at(cls, block, at).value = value
        else:
            super()._c_set(block, at, value)

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        if _is_char(cls) and isinstance(value, (bytes, str)):
            made = cls()
            made.value = value
            return made
        if isinstance(value, tuple):
            return cls(*value)
        return super().from_param(value)


def _get_text(self):
    data = bytes(self._c_view())
    if self._type_._type_ == "c":
        return data.partition(b"\0")[0]
    return data.decode("utf-32-le", "surrogatepass").partition("\0")[0]


def _set_text(self, value):
    wide = self._type_._type_ == "u"
    if not isinstance(value, str if wide else bytes):
        expected = "unicode string" if wide else "bytes"
        raise TypeError(f"{expected} expected instead of {type(value).__name__} instance")
    if len(value) > self._length_:
        if wide:
            raise ValueError("string too long")
        raise ValueError("byte string too long")
    data = value.encode("utf-32-le", "surrogatepass") if wide else value
    if len(value) < self._length_:
        data += bytes(self._type_._c_size)
    self._c_view()[: len(data)] = data


def _set_raw(self, value):
    data = memoryview(value).tobytes()
    if len(data) > self._c_size_now:
        raise ValueError("byte string too long")
    self._c_view()[: len(data)] = data


class Array(_CData, metaclass=PyCArrayType):
    __slots__ = ("__dict__", "__weakref__")

    def __init__(self, *values):
        if len(values) > self._length_:
            raise IndexError("invalid index")
        for i, value in enumerate(values):
            self[i] = value

    def __len__(self):
        return self._length_

    def _c_place(self, i):
        if not hasattr(i, "__index__"):
            raise TypeError("indices must be integers")
        n = index(i)
        if n < 0:
            n += self._length_
        if not 0 <= n < self._length_:
            raise IndexError("invalid index")
        return self._c_offset + n * self._type_._c_size

    def __getitem__(self, i):
        if isinstance(i, slice):
            return _joined(self._type_, [self[n] for n in range(*i.indices(self._length_))])
        return self._type_._c_get(self._c_block, self._c_place(i), self)

    def __setitem__(self, i, value):
        if isinstance(i, slice):
            places = range(*i.indices(self._length_))
            if len(places) != len(value):
                raise ValueError("Can only assign sequence of same size")
            for n, item in zip(places, value):
                self[n] = item
            return
        self._type_._c_set(self._c_block, self._c_place(i), value)

    def __delitem__(self, i):
        raise TypeError("Array does not support item deletion")

    def __iter__(self):
        for n in range(self._length_):
            yield self[n]

    __class_getitem__ = classmethod(types.GenericAlias)

    @classmethod
    def _c_has_pointers(cls):
        return cls._type_._c_has_pointers()


def _joined(cls, items):
    """A slice's items: text for characters."""
    code = getattr(cls, "_type_", None) if isinstance(cls, PyCSimpleType) else None
    return b"".join(items) if code == "c" else "".join(items) if code == "u" else items


class CField:
    """A field: a descriptor that knows its place."""

    def __init__(
        self,
        *,
        name,
        type,
        byte_size,
        byte_offset,
        index,
        _internal_use,
        bit_size=None,
        bit_offset=None,
    ):
        self.name, self.type, self.byte_size, self.byte_offset = name, type, byte_size, byte_offset
        self.is_bitfield = bit_size is not None
        self.bit_size = bit_size if self.is_bitfield else byte_size * 8
        self.bit_offset = bit_offset if self.is_bitfield else 0
        self.is_anonymous = False

    @property
    def offset(self):
        return self.byte_offset

    @property
    def size(self):
        return self.bit_size << 16 | self.bit_offset if self.is_bitfield else self.byte_size

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        at = instance._c_offset + self.byte_offset
        if not self.is_bitfield:
            return self.type._c_get(instance._c_block, at, instance)
        bits = self._whole(instance, at) >> self.bit_offset & ((1 << self.bit_size) - 1)
        if self.type._type_ in "bhilq" and bits >> (self.bit_size - 1):
            bits -= 1 << self.bit_size
        return bool(bits) if self.type._type_ == "?" else bits

    def _order(self):
        big = (sys.byteorder == "big") != self.type._c_swapped
        return "big" if big else "little"

    def _whole(self, instance, at):
        return int.from_bytes(instance._c_block.data[at : at + self.byte_size], self._order())

    def __set__(self, instance, value):
        at = instance._c_offset + self.byte_offset
        if not self.is_bitfield:
            return self.type._c_set(instance._c_block, at, value)
        mask = ((1 << self.bit_size) - 1) << self.bit_offset
        whole = self._whole(instance, at) & ~mask | index(value) << self.bit_offset & mask
        data = whole.to_bytes(self.byte_size, self._order())
        instance._c_block.data[at : at + self.byte_size] = data

    def __delete__(self, instance):
        raise TypeError("cannot delete attribute")

    def __repr__(self):
        if self.is_bitfield:
            where = f"ofs={self.byte_offset}, bit_size={self.bit_size}, bit_offset={self.bit_offset}"
        else:
            where = f"ofs={self.byte_offset}, size={self.byte_size}"
        return f"<ctypes.CField {self.name!r} type={self.type.__name__}, {where}>"


class _Anonymous:
    """A field of a field, reached without naming the outer one."""

    def __init__(self, outer, name):
        self.outer, self.name = outer, name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(self.outer.__get__(instance), self.name)

    def __set__(self, instance, value):
        setattr(self.outer.__get__(instance), self.name, value)


class _Aggregate(_CType):
    def __new__(mcls, name, bases, namespace, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        if bases == (_CData,):
            return cls
        cls._c_final = False
        base = bases[0]
        if isinstance(base, _Aggregate) and base._c_size is not None:
            base._c_finish()
            cls._c_size, cls._c_align = base._c_size, base._c_align
            cls._c_names = base._c_names
        else:
            cls._c_size, cls._c_align, cls._c_names = 0, 1, ()
        if "_fields_" in namespace:
            _lay_out(cls, namespace["_fields_"])
        return cls

    def _c_finish(cls):
        cls._c_final = True

    def __setattr__(cls, name, value):
        if name == "_fields_":
            if cls._c_final or "_c_laid_out" in cls.__dict__:
                raise AttributeError("_fields_ is final")
            super().__setattr__(name, value)
            _lay_out(cls, value)
        else:
            super().__setattr__(name, value)


def _lay_out(cls, fields):
    from ctypes._layout import get_layout

    if not isinstance(fields, (list, tuple)):
        raise TypeError("_fields_ must be a sequence of pairs")
    fields = list(fields)
    for field in fields:
        if isinstance(field, tuple) and len(field) >= 2:
            if not isinstance(field[0], str):
                raise TypeError("field name must be a string")
            if not _is_type(field[1]):
                n = fields.index(field)
                text = f"second item in _fields_ tuple (index {n}) must be a C type"
                raise TypeError(text)
            field[1]._c_finish()
            if len(field) == 3:
                code = getattr(field[1], "_type_", None)
                if not isinstance(field[1], PyCSimpleType) or code not in _INTS + "?":
                    raise TypeError(f"bit fields not allowed for type {field[1].__name__}")
    base = cls.__bases__[0]
    base = base if isinstance(base, _Aggregate) and base._c_size else None
    layout = get_layout(cls, fields, isinstance(cls, PyCStructType), base)
    anonymous = cls.__dict__.get("_anonymous_", ())
    names = [field.name for field in layout.fields]
    for name in anonymous:
        if name not in names:
            raise AttributeError(name)
    for field in layout.fields:
        type.__setattr__(cls, field.name, field)
        if field.name in anonymous:
            field.is_anonymous = True
            for inner in field.type._c_names:
                type.__setattr__(cls, inner, _Anonymous(field, inner))
    cls._c_size, cls._c_align = layout.size, layout.align
    cls._c_names = cls._c_names + tuple(names)
    cls._c_laid_out = True


class PyCStructType(_Aggregate):
    pass


class UnionType(_Aggregate):
    pass


class _Fields(_CData):
    __slots__ = ()

    def __init__(self, *values, **named):
        names = self._c_names
        if len(values) > len(names):
            raise TypeError("too many initializers")
        for name, value in zip(names, values):
            setattr(self, name, value)
        for name, value in named.items():
            if name in names[: len(values)]:
                raise TypeError(f"duplicate values for field {name!r}")
            setattr(self, name, value)

    @classmethod
    def _c_has_pointers(cls):
        return any(getattr(cls, name).type._c_has_pointers() for name in cls._c_names)


class Structure(_CData, metaclass=PyCStructType):
    __slots__ = ("__dict__", "__weakref__")
    __init__ = _Fields.__init__
    _c_has_pointers = classmethod(_Fields._c_has_pointers.__func__)


class Union(_CData, metaclass=UnionType):
    __slots__ = ("__dict__", "__weakref__")
    __init__ = _Fields.__init__
    _c_has_pointers = classmethod(_Fields._c_has_pointers.__func__)
