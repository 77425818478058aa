"""What `sqlite3` stands on: connections, cursors and rows as programs see them, over the handles of `_orochi_sqlite`."""

import _orochi_sqlite

from ._adapters import (
    PrepareProtocol, adapt, adapters, complete_statement, converters, enable_callback_tracebacks, register_adapter,
    register_converter,
)
from ._blobs import Blob
from ._connections import LEGACY_TRANSACTION_CONTROL, Connection, connect
from ._constants import *
from ._cursors import PARSE_COLNAMES, PARSE_DECLTYPES, Cursor
from ._errors import (
    DatabaseError, DataError, Error, IntegrityError, InterfaceError, InternalError, NotSupportedError,
    OperationalError, ProgrammingError, Warning, error_of as _error,
)
from ._rows import Row

sqlite_version = _orochi_sqlite.version()
threadsafety = 3
