"""The exceptions of `sqlite3`, and which of them a code of the library is."""

from ._constants import *
from ._constants import NAMES_OF_CODES


def _class(name, base, doc):
    return type(name, (base,), {"__module__": "sqlite3", "__doc__": doc})


Warning = _class("Warning", Exception, None)
Error = _class("Error", Exception, None)
InterfaceError = _class("InterfaceError", Error, None)
DatabaseError = _class("DatabaseError", Error, None)
InternalError = _class("InternalError", DatabaseError, None)
OperationalError = _class("OperationalError", DatabaseError, None)
ProgrammingError = _class("ProgrammingError", DatabaseError, None)
IntegrityError = _class("IntegrityError", DatabaseError, None)
DataError = _class("DataError", DatabaseError, None)
NotSupportedError = _class("NotSupportedError", DatabaseError, None)

_CLASSES = {
    SQLITE_INTERNAL: InternalError,
    SQLITE_NOTFOUND: InternalError,
    SQLITE_CORRUPT: DatabaseError,
    SQLITE_TOOBIG: DataError,
    SQLITE_CONSTRAINT: IntegrityError,
    SQLITE_MISMATCH: IntegrityError,
    SQLITE_MISUSE: InterfaceError,
    SQLITE_RANGE: InterfaceError,
} | dict.fromkeys(
    (
        SQLITE_ERROR, SQLITE_PERM, SQLITE_ABORT, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_INTERRUPT,
        SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_PROTOCOL, SQLITE_EMPTY, SQLITE_SCHEMA,
    ),
    OperationalError,
)


def error_of(code, text):
    """The exception for a code of the library."""
    error = _CLASSES.get(code & 0xFF, DatabaseError)(text)
    error.sqlite_errorcode = code
    error.sqlite_errorname = NAMES_OF_CODES.get(code, NAMES_OF_CODES.get(code & 0xFF, "unknown"))
    return error
