"""Memory, its addresses, and what all C types have in common."""

import bisect
import threading
import weakref


class _Block:
    """Memory: a writable view of bytes, and by their places what pointers in it keep alive."""

    __slots__ = ("data", "address", "keeps", "__weakref__")

    def __init__(self, data):
        self.data = data
        self.address = 0
        self.keeps = {}


_lock = threading.Lock()
# Held while a type is made that all have to share.
_types_lock = threading.RLock()
_blocks = weakref.WeakValueDictionary()
_starts = []
_next = 0x7000_0000_0000


def _address_of(block):
    global _next
    with _lock:
        if not block.address:
            block.address = _next
            _next += (len(block.data) + 64) & ~15
            if len(_starts) > 2 * len(_blocks) + 64:
                _starts[:] = [start for start in _starts if start in _blocks]
            _starts.append(block.address)
            _blocks[block.address] = block
        return block.address


def _block_at(address):
    """The block that an address lies in, and where in it."""
    with _lock:
        i = bisect.bisect_right(_starts, address) - 1
        block = _blocks.get(_starts[i]) if i >= 0 else None
    if block is None or address - block.address > len(block.data):
        raise ValueError("NULL pointer access" if not address else "pointer to unknown memory")
    return block, address - block.address


def _size_of(cls):
    if cls._c_size is None:
        raise TypeError("abstract class")
    return cls._c_size


def _is_type(cls):
    return isinstance(cls, _CType)


def _keep_bytes(data):
    """A block that holds these bytes, and its address."""
    block = _Block(memoryview(bytearray(data)))
    return block, _address_of(block)


def _string(address, size=-1):
    block, at = _block_at(address)
    if size >= 0:
        return bytes(block.data[at : at + size])
    return bytes(block.data[at:]).partition(b"\0")[0]


def _wide_string(address, size=-1):
    block, at = _block_at(address)
    data = bytes(block.data[at : at + 4 * size if size >= 0 else None])
    text = data[: len(data) & ~3].decode("utf-32-le", "surrogatepass")
    return text if size >= 0 else text.partition("\0")[0]


class _CType(type):
    """The classes of C types. `_c_size` is None for an abstract one."""

    _c_size = None
    _c_align = 1
    _c_swapped = False

    def __mul__(cls, n):
        if not isinstance(n, int):
            raise TypeError(f"can't multiply sequence by non-int of type '{type(n).__name__}'")
        if n < 0:
            raise ValueError("Array length must be >= 0, not %d" % n)
        with _types_lock:
            known = cls.__dict__.get("_c_arrays")
            if known is None:
                known = cls._c_arrays = {}
            if n not in known:
                from .compound import Array, PyCArrayType

                namespace = {"_length_": n, "_type_": cls, "__module__": cls.__module__}
                known[n] = PyCArrayType(f"{cls.__name__}_Array_{n}", (Array,), namespace)
            return known[n]

    __rmul__ = __mul__

    def from_address(cls, address):
        if not isinstance(address, int):
            raise TypeError("integer expected")
        return _at(cls, *_block_at(address))

    def from_buffer(cls, source, offset=0):
        view = memoryview(source)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        if offset < 0:
            raise ValueError("offset cannot be negative")
        size = _size_of(cls)
        if size + offset > view.nbytes:
            raise ValueError(
                f"Buffer size too small ({view.nbytes} instead of at least {size + offset} bytes)"
            )
        made = _at(cls, _Block(view.cast("B")), offset)
        made._c_block.keeps[-1] = source
        return made

    def from_buffer_copy(cls, source, offset=0):
        view = memoryview(source)
        if offset < 0:
            raise ValueError("offset cannot be negative")
        size = _size_of(cls)
        if size + offset > view.nbytes:
            raise ValueError(
                f"Buffer size too small ({view.nbytes} instead of at least {size + offset} bytes)"
            )
        data = bytearray(view.tobytes()[offset : offset + size])
        return _at(cls, _Block(memoryview(data)), 0)

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        if hasattr(value, "_as_parameter_"):
            return cls.from_param(value._as_parameter_)
        raise TypeError(f"expected {cls.__name__} instance instead of {type(value).__name__}")

    def in_dll(cls, dll, name):
        raise ValueError(f"{name}: foreign libraries are not supported")

    def _c_get(cls, block, at, base):
        """What an item or a field of the type reads as."""
        made = _at(cls, block, at, base)
        made._c_size_now = cls._c_size
        return made

    def _c_set(cls, block, at, value):
        """Writes a value of the type, or what can be made one."""
        if isinstance(value, cls):
            _copy(block, at, value)
        elif isinstance(value, tuple):
            try:
                made = cls(*value)
            except Exception as e:
                raise RuntimeError(f"({cls.__name__}) {type(e)}: {e}") from None
            _copy(block, at, made)
        else:
            raise TypeError(
                f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance"
            )

    def _c_finish(cls):
        """The type is used: it can get no other fields."""

    @property
    def __pointer_type__(cls):
        made = cls.__dict__.get("_c_pointer")
        if made is None:
            raise AttributeError(f"type object '{cls.__name__}' has no attribute '__pointer_type__'")
        return made

    @__pointer_type__.setter
    def __pointer_type__(cls, made):
        cls._c_pointer = made


def _at(cls, block, offset, base=None):
    """An object of a type over memory that is there."""
    made = cls.__new__(cls)
    made._c_block, made._c_offset, made._b_base_ = block, offset, base
    return made


def _copy(block, at, value):
    size, start = type(value)._c_size, value._c_offset
    block.data[at : at + size] = bytes(value._c_block.data[start : start + size])
    for place, kept in list(value._c_block.keeps.items()):
        if start <= place < start + size:
            block.keeps[at + place - start] = kept


class _CData:
    __slots__ = ("_c_block", "_c_offset", "_c_size_now", "_b_base_")

    def __new__(cls, *args, **kwargs):
        if cls._c_size is None:
            raise TypeError("abstract class")
        made = object.__new__(cls)
        made._c_block = _Block(memoryview(bytearray(cls._c_size)))
        made._c_offset, made._c_size_now, made._b_base_ = 0, cls._c_size, None
        return made

    def _c_as_address(self):
        """The address that the object is as an argument of type `void *`."""
        return addressof(self)

    @property
    def _b_needsfree_(self):
        return int(self._b_base_ is None)

    @property
    def _objects(self):
        keeps = self._c_block.keeps
        return {str(k): v for k, v in keeps.items()} if keeps else None

    def _c_view(self):
        at = self._c_offset
        return self._c_block.data[at : at + self._c_size_now]

    def __buffer__(self, flags):
        return self._c_view()

    def __reduce_ex__(self, protocol):
        if self._c_has_pointers():
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        return _unpickle, (type(self), (getattr(self, "__dict__", {}), bytes(self._c_view())))

    @classmethod
    def _c_has_pointers(cls):
        return False

    def __setstate__(self, state):
        attributes, data = state
        self._c_view()[:] = data
        for name, value in attributes.items():
            setattr(self, name, value)


def _unpickle(cls, state):
    made = cls.__new__(cls)
    made.__setstate__(state)
    return made


def addressof(v):
    if not isinstance(v, _CData):
        raise TypeError("invalid type")
    return _address_of(v._c_block) + v._c_offset
