"""Rows whose items have names."""

import _collections_abc

from . import _cursors


def _lower(text):
    return text.translate(_ASCII_LOWER)


_ASCII_LOWER = {c: c + 32 for c in range(65, 91)}


class Row:
    __module__ = "sqlite3"
    __slots__ = ("_data", "_description")

    def __new__(cls, cursor, data, /):
        if not issubclass(type(cursor), _cursors.Cursor):
            raise TypeError(f"Row() argument 1 must be sqlite3.Cursor, not {type(cursor).__name__}")
        if not isinstance(data, tuple):
            raise TypeError(f"Row() argument 2 must be tuple, not {type(data).__name__}")
        self = super().__new__(cls)
        self._data = data
        self._description = cursor.description
        return self

    def keys(self):
        """Returns the keys of the row."""
        return [column[0] for column in self._description or ()]

    def __getitem__(self, key, /):
        if isinstance(key, str):
            for i, column in enumerate(self._description or ()):
                if column[0] == key:
                    return self._data[i]
            wanted = _lower(key)
            for i, column in enumerate(self._description or ()):
                if _lower(column[0]) == wanted:
                    return self._data[i]
            raise IndexError("No item with that key")
        if isinstance(key, int):
            if key < 0:
                key += len(self._data)
            try:
                if key >= 0:
                    return self._data[key]
            except OverflowError:
                pass
            raise IndexError("tuple index out of range")
        if isinstance(key, slice):
            return self._data[key]
        raise IndexError("Index must be int or string")

    def __len__(self):
        return len(self._data)

    def __iter__(self):
        return iter(self._data)

    def __hash__(self):
        return hash(self._description) ^ hash(self._data)

    def __eq__(self, other):
        if not isinstance(other, Row):
            return NotImplemented
        return self._description == other._description and self._data == other._data

    def __ne__(self, other):
        if not isinstance(other, Row):
            return NotImplemented
        return not self == other


_collections_abc.Sequence.register(Row)
