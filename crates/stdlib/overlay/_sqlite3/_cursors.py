"""Cursors: statements at work, and the rows that come out."""

import re
from _weakref import ref as _ref
from operator import index as _index

from . import _adapters, _connections
from ._adapters import adapted, converters
from ._constants import SQLITE_LIMIT_SQL_LENGTH, SQLITE_LOCKED
from ._errors import DataError, Error, OperationalError, ProgrammingError

PARSE_DECLTYPES = 1
PARSE_COLNAMES = 2
_LEGACY = -1
_INT32 = range(-(1 << 31), 1 << 31)


class Cursor:
    """SQLite database cursor class."""

    __module__ = "sqlite3"

    _ready = False
    _locked = False

    def __init__(self, connection, /):
        if not isinstance(connection, _connections.Connection):
            raise TypeError(f"Cursor() argument 1 must be sqlite3.Connection, not {type(connection).__name__}")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        connection._check()
        if self._ready:
            self._end()
        self._connection = connection
        self._statement = None
        self._has_row = False
        # Rows that were made ahead.
        self._early = []
        self._converters = None
        self._closed = False
        self.description = None
        self.lastrowid = None
        self.rowcount = -1
        self.arraysize = 1
        self.row_factory = None
        self._ready = True

    @property
    def connection(self):
        return self._connection

    def _check(self):
        if not self._ready:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        if self._closed:
            raise ProgrammingError("Cannot operate on a closed cursor.")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        return self._connection._check()

    def _end(self):
        """Lets go of the statement."""
        statement, self._statement, self._has_row = self._statement, None, False
        if statement is not None:
            if self._connection._db is not None:
                try:
                    statement.handle.reset()
                except Error:
                    pass
            statement.in_use = False

    def execute(self, sql, parameters=(), /):
        """Executes an SQL statement."""
        return self._execute(self._check(), sql, (parameters,), False)

    def executemany(self, sql, seq_of_parameters, /):
        """Repeatedly executes an SQL statement."""
        db = self._check()
        if not isinstance(sql, str):
            raise TypeError(f"executemany() argument 1 must be str, not {type(sql).__name__}")
        return self._execute(db, sql, iter(seq_of_parameters), True)

    def _execute(self, db, sql, rows, many):
        connection = self._connection
        self._locked = True
        try:
            self._end()
            self._early = []
            self.description = None
            self.rowcount = -1
            statement = connection._statement(sql)
            if statement is None:
                # Blanks and comments only.
                return self
            self._statement = statement
            statement.user = _ref(self)
            if many and not statement.is_dml and statement.is_readonly:
                raise ProgrammingError("executemany() can only execute DML statements.")
            handle = statement.handle
            handle.reset()
            self._set_up(statement)
            legacy = connection._autocommit_mode == _LEGACY
            if legacy and connection._isolation_level is not None and statement.is_dml and db.autocommit():
                connection._run(f"BEGIN {connection._isolation_level}")
            if statement.is_dml:
                self.rowcount = 0
            has_row = False
            for parameters in rows:
                handle.bind(self._values(statement, parameters), adapted, _adapters.adapts_basic)
                has_row = self._advance(statement)
                while many and has_row:
                    has_row = handle.advance()
                if statement.is_dml and not has_row:
                    self.rowcount += db.changes()
                if not has_row:
                    handle.reset()
            if not many:
                self.lastrowid = db.last_insert_rowid()
                if has_row and not (statement.is_dml or statement.is_readonly):
                    # A pragma that changes something. Whoever wants no rows drops the cursor, and nobody would know
                    # when; until its end no other statement's changes are committed.
                    while has_row:
                        self._early.append(self._row(handle))
                        has_row = handle.advance()
            self._has_row = has_row
            if not has_row:
                self._end()
            return self
        except BaseException:
            self._end()
            self.rowcount = -1
            raise
        finally:
            self._locked = False

    def _set_up(self, statement):
        """What columns are called and converted by."""
        self._converters = None
        if not statement.columns:
            return
        detect = self._connection._detect_types
        names = statement.columns
        if detect:
            self._converters = [None] * len(names)
            for i, (name, declared) in enumerate(zip(names, statement.handle.declared())):
                converter = None
                if detect & PARSE_COLNAMES and "[" in name:
                    key = name[name.index("[") + 1:].split("]")[0]
                    converter = converters.get(key.upper())
                if converter is None and detect & PARSE_DECLTYPES and declared:
                    key = re.split(r"[ (]", declared, maxsplit=1)[0]
                    converter = converters.get(key.upper())
                self._converters[i] = converter
            if detect & PARSE_COLNAMES:
                names = [name.split("[")[0].rstrip() if "[" in name else name for name in names]
        self.description = tuple((name, None, None, None, None, None, None) for name in names)

    def _advance(self, statement):
        """The first step: whether there is a row."""
        handle = statement.handle
        try:
            has_row = handle.advance()
        except OperationalError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_LOCKED:
                raise
            self._connection._reset_abandoned()
            has_row = handle.advance()
        if statement.columns and (columns := handle.columns()) != statement.columns:
            # The tables are others than when it was prepared.
            statement.columns = columns
            self._set_up(statement)
        return has_row

    def _row(self, handle):
        """The current row."""
        factory = self._connection.text_factory
        if self._converters is None and factory is str:
            return handle.row(False)
        row = handle.row(True)
        if row is None:
            return None
        made = []
        for i, cell in enumerate(row):
            converter = self._converters[i] if self._converters is not None and i < len(self._converters) else None
            if cell is None:
                made.append(None)
                continue
            kind, value = cell
            if converter is not None:
                # An empty blob is nothing to a converter.
                text = value if isinstance(value, bytes) else str(value).encode()
                made.append(converter(text) if text or kind != 4 else None)
            elif kind != 3:
                made.append(value)
            elif factory is str:
                made.append(self._text(value, i))
            elif factory is bytes:
                made.append(value)
            elif factory is bytearray:
                made.append(bytearray(value))
            else:
                made.append(factory(value))
        return tuple(made)

    def _text(self, value, i):
        try:
            return value.decode()
        except UnicodeDecodeError:
            text = value.decode(errors="replace")
            raise OperationalError(
                f"Could not decode to UTF-8 column '{self._statement.columns[i]}' with text '{text}'"
            ) from None

    def _values(self, statement, parameters):
        """The parameters in the order of the statement."""
        names = statement.parameters
        if isinstance(parameters, (tuple, list)) or not isinstance(parameters, dict) and _is_sequence(parameters):
            exact = type(parameters) in (tuple, list)
            values = tuple(parameters if exact else map(parameters.__getitem__, range(len(parameters))))
            if len(values) != len(names):
                raise ProgrammingError(
                    "Incorrect number of bindings supplied. The current statement uses "
                    f"{len(names)}, and there are {len(values)} supplied."
                )
            for i, name in enumerate(names):
                if name is not None and not name.startswith("?"):
                    raise ProgrammingError(
                        f"Binding {i + 1} ('{name}') is a named parameter, but you supplied a sequence which "
                        "requires nameless (qmark) placeholders."
                    )
            return values
        if not hasattr(type(parameters), "__getitem__"):
            raise ProgrammingError("parameters are of unsupported type")
        values = []
        for i, name in enumerate(names):
            if name is None:
                raise ProgrammingError(
                    f"Binding {i + 1} has no name, but you supplied a dictionary (which has only names)."
                )
            try:
                values.append(parameters[name[1:]])
            except LookupError:
                raise ProgrammingError(f"You did not supply a value for binding parameter :{name[1:]}.") from None
        return tuple(values)

    def executescript(self, sql_script, /):
        """Executes multiple SQL statements at once."""
        db = self._check()
        if not isinstance(sql_script, str):
            raise TypeError(f"executescript() argument must be str, not {type(sql_script).__name__}")
        if "\0" in sql_script:
            raise ValueError("embedded null character")
        text = sql_script.encode()
        if len(text) > db.limit(SQLITE_LIMIT_SQL_LENGTH, -1):
            raise DataError("query string is too large")
        connection = self._connection
        if connection._autocommit_mode == _LEGACY and not db.autocommit():
            connection._run("COMMIT")
        at = 0
        while at < len(text):
            handle, at = db.prepare(text, at)
            if handle is None:
                continue
            try:
                while handle.step(True) is not None:
                    pass
            finally:
                handle.finalize()
        return self

    def __iter__(self):
        return self

    def __next__(self):
        db = self._check()
        statement = self._statement
        if not self._has_row and not self._early:
            raise StopIteration
        self._locked = True
        try:
            row = self._early.pop(0) if self._early else self._row(statement.handle)
            if self.row_factory is not None:
                row = self.row_factory(self, row)
            if statement is not None:
                self._has_row = statement.handle.advance()
                if not self._has_row and statement.is_dml:
                    self.rowcount = db.changes()
        except BaseException:
            self._end()
            raise
        finally:
            self._locked = False
        if not self._has_row:
            self._end()
        return row

    def fetchone(self):
        """Fetches one row from the resultset."""
        return next(self, None)

    def fetchmany(self, size=None):
        """Fetches several rows from the resultset."""
        self._check()
        left = self.arraysize if size is None else _index(size)
        if left not in _INT32:
            raise OverflowError("Python int too large to convert to C int")
        rows = []
        for row in self:
            rows.append(row)
            left -= 1
            if left == 0:
                break
        return rows

    def fetchall(self):
        """Fetches all rows from the resultset."""
        self._check()
        return list(self)

    def setinputsizes(self, sizes, /):
        """Required by DB-API. Does nothing in sqlite3."""

    def setoutputsize(self, size, column=None, /):
        """Required by DB-API. Does nothing in sqlite3."""

    def close(self):
        """Closes the cursor."""
        if not self._ready:
            raise ProgrammingError("Base Cursor.__init__ not called.")
        if self._locked:
            raise ProgrammingError("Recursive use of cursors not allowed.")
        self._connection._check()
        self._end()
        self._closed = True


def _is_sequence(value):
    return hasattr(type(value), "__getitem__") and hasattr(type(value), "__len__") and not hasattr(value, "keys")
