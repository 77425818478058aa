"""Blobs that are read and written in place."""

from operator import index as _index

from ._errors import ProgrammingError

_INT32 = range(-(1 << 31), 1 << 31)


class Blob:
    __module__ = "sqlite3"

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create 'sqlite3.Blob' instances")

    @classmethod
    def _made(cls, connection, handle):
        self = object.__new__(cls)
        self._connection, self._handle, self._at = connection, handle, 0
        return self

    def _check(self):
        self._connection._check()
        if self._handle is None:
            raise ProgrammingError("Cannot operate on a closed blob.")
        return self._handle

    def _end(self):
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def close(self):
        """Close the blob."""
        self._connection._check()
        self._end()

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, type, val, tb, /):
        self._check()
        self._end()
        return False

    # It has items, but is no sequence.
    __iter__ = None

    def __len__(self):
        return self._check().size()

    def read(self, length=-1, /):
        """Read data at the current offset position."""
        handle = self._check()
        left = handle.size() - self._at
        if length < 0 or length > left:
            length = left
        if length == 0:
            return b""
        data = handle.read(self._at, length)
        self._at += length
        return data

    def write(self, data, /):
        """Write data at the current offset."""
        handle = self._check()
        size = memoryview(data).nbytes
        if size > handle.size() - self._at:
            raise ValueError("data longer than blob length")
        handle.write(self._at, data)
        self._at += size

    def seek(self, offset, origin=0, /):
        """Set the current access position to offset."""
        size = self._check().size()
        if offset not in _INT32:
            raise OverflowError("Python int too large to convert to C int")
        if origin == 1:
            offset += self._at
        elif origin == 2:
            offset += size
        elif origin != 0:
            raise ValueError("'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END")
        if offset not in _INT32:
            raise OverflowError("seek offset results in offset overflow")
        if not 0 <= offset <= size:
            raise ValueError("offset out of blob range")
        self._at = offset

    def tell(self):
        """Return the current access position for the blob."""
        self._check()
        return self._at

    def _place(self, key, size):
        if key not in range(-(1 << 63), 1 << 63):
            raise IndexError(f"cannot fit '{type(key).__name__}' into an index-sized integer")
        at = key + size if key < 0 else key
        if not 0 <= at < size:
            raise IndexError("Blob index out of range")
        return at

    def __getitem__(self, key, /):
        handle = self._check()
        size = handle.size()
        if hasattr(type(key), "__index__"):
            return handle.read(self._place(_index(key), size), 1)[0]
        if isinstance(key, slice):
            start, stop, step = key.indices(size)
            if step == 1:
                return handle.read(start, stop - start) if stop > start else b""
            return handle.read(0, size)[start:stop:step] if stop >= 0 else handle.read(0, size)[key]
        raise TypeError("Blob indices must be integers")

    def __setitem__(self, key, value, /):
        handle = self._check()
        size = handle.size()
        if hasattr(type(key), "__index__"):
            at = self._place(_index(key), size)
            if not isinstance(value, int):
                raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
            if not 0 <= value <= 255:
                raise ValueError("byte must be in range(0, 256)")
            handle.write(at, bytes((value,)))
        elif isinstance(key, slice):
            view = memoryview(value)
            if not view.c_contiguous:
                raise BufferError("memoryview: underlying buffer is not C-contiguous")
            data = bytes(view)
            places = range(*key.indices(size))
            if len(data) != len(places):
                raise IndexError("Blob slice assignment is wrong size")
            if not data:
                return
            if key.step in (None, 1):
                handle.write(places.start, data)
            else:
                first, last = min(places), max(places)
                whole = bytearray(handle.read(first, last - first + 1))
                for at, byte in zip(places, data):
                    whole[at - first] = byte
                handle.write(first, whole)
        else:
            raise TypeError("Blob indices must be integers")

    def __delitem__(self, key, /):
        self._check()
        if isinstance(key, slice):
            raise TypeError("Blob doesn't support slice deletion")
        raise TypeError("Blob doesn't support item deletion")
