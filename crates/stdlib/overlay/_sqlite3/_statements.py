"""Prepared statements, and the texts they are made from."""

import re

from ._errors import DataError, ProgrammingError

BLANKS = re.compile(rb"(?:[ \t\f\n\r]+|--[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*", re.DOTALL)


class Statement:
    """A prepared statement, and what is known of it."""

    __slots__ = ("handle", "in_use", "user", "is_dml", "parameters", "columns", "is_readonly")

    def __init__(self, handle, text):
        self.handle = handle
        self.in_use = True
        # A weak reference to the cursor: it may die in the middle of its rows.
        self.user = None
        start = text[BLANKS.match(text).end():][:7].upper()
        self.is_dml = start.startswith((b"INSERT", b"UPDATE", b"DELETE", b"REPLACE"))
        self.parameters = handle.parameters()
        self.columns = handle.columns()
        self.is_readonly = handle.is_readonly()

    def is_free(self):
        """Whether nobody reads its rows; then it is the caller's."""
        if self.in_use:
            if self.user is None or self.user() is not None:
                return False
            self.handle.reset()
        self.in_use = True
        self.user = None
        return True


def bytes_of(sql, limit):
    if not isinstance(sql, str):
        raise TypeError(f"execute() argument 1 must be str, not {type(sql).__name__}")
    text = sql.encode()
    if len(text) > limit:
        raise DataError("query string is too large")
    if b"\0" in text:
        raise ProgrammingError("the query contains a null character")
    return text
