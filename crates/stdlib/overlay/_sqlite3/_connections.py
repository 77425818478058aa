"""Connections: transactions, the statements they keep, and what SQLite is told and asked through them."""

import _orochi_sqlite
import sys
from _thread import allocate_lock as _allocate_lock, get_ident as _get_ident
from _warnings import warn as _warn
from _weakref import ref as _ref
from operator import index as _index
from os import fsencode as _fsencode

from . import _blobs, _cursors, _errors
from ._adapters import Aggregates
from ._constants import *
from ._constants import SWITCHES
from ._errors import InterfaceError, OperationalError, ProgrammingError
from ._statements import BLANKS, Statement, bytes_of

LEGACY_TRANSACTION_CONTROL = -1
_OPEN_READWRITE, _OPEN_CREATE, _OPEN_URI = 2, 4, 64
_DETERMINISTIC = 0x800
_LEVELS = ("", "DEFERRED", "IMMEDIATE", "EXCLUSIVE")
_MISSING = object()


def _level(value):
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("isolation_level must be str or None")
    if "\0" in value:
        raise ValueError("embedded null character")
    upper = str.upper(value)
    if upper not in _LEVELS:
        raise ValueError("isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'")
    return upper


def _autocommit(value):
    if value is True or value is False or value == LEGACY_TRANSACTION_CONTROL:
        return value
    raise ValueError("autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL")


class Connection:
    """SQLite database connection object."""

    __module__ = "sqlite3"

    Warning = _errors.Warning
    Error = _errors.Error
    InterfaceError = _errors.InterfaceError
    DatabaseError = _errors.DatabaseError
    DataError = _errors.DataError
    OperationalError = _errors.OperationalError
    IntegrityError = _errors.IntegrityError
    InternalError = _errors.InternalError
    ProgrammingError = _errors.ProgrammingError
    NotSupportedError = _errors.NotSupportedError

    _db = None
    _ready = False

    def __init__(
        self, database, timeout=5.0, detect_types=0, isolation_level="", check_same_thread=True, factory=None,
        cached_statements=128, uri=False, *, autocommit=LEGACY_TRANSACTION_CONTROL,
    ):
        path = _fsencode(database)
        sys.audit("sqlite3.connect", database)
        self._ready = False
        level, autocommit = _level(isolation_level), _autocommit(autocommit)
        if self._db is not None:
            self._close()
        milliseconds = int(timeout * 1000)
        flags = _OPEN_READWRITE | _OPEN_CREATE | (_OPEN_URI if uri else 0)
        self._db = _orochi_sqlite.Database(path, flags, None, min(max(milliseconds, -1), (1 << 31) - 1))
        sys.audit("sqlite3.connect/handle", self)
        self._thread = _get_ident()
        self._check_same_thread = bool(check_same_thread)
        self._detect_types = detect_types
        self._isolation_level = level
        self._autocommit_mode = autocommit
        self._statements = {}
        self._cache_lock = _allocate_lock()
        self._cached = max(_index(cached_statements), 0)
        self._open_blobs = []
        self._hooks = {}
        self.row_factory = None
        self.text_factory = str
        self._ready = True
        if autocommit is False:
            self._run("BEGIN")

    def _check(self):
        """For every use: of this thread, and open."""
        if not self._ready:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if self._check_same_thread and _get_ident() != self._thread:
            raise ProgrammingError(
                "SQLite objects created in a thread can only be used in that same thread. The object was created in "
                f"thread id {self._thread} and this is thread id {_get_ident()}."
            )
        db = self._db
        if db is None:
            raise ProgrammingError("Cannot operate on a closed database.")
        return db

    def _run(self, sql):
        handle, _ = self._check().prepare(sql.encode(), 0)
        handle.step(False)
        handle.finalize()

    def _statement(self, sql):
        """A statement that nobody else uses, from the cache if it is there."""
        with self._cache_lock:
            found = self._statements.get(sql)
            if found is not None and found.is_free():
                return found
        db = self._check()
        text = bytes_of(sql, db.limit(SQLITE_LIMIT_SQL_LENGTH, -1))
        handle, end = db.prepare(text, 0)
        if BLANKS.match(text, end).end() != len(text):
            if handle is not None:
                handle.finalize()
            raise ProgrammingError("You can only execute one statement at a time.")
        if handle is None:
            return None
        statement = Statement(handle, text)
        if found is None and self._cached:
            with self._cache_lock:
                if len(self._statements) >= self._cached:
                    # The oldest goes; who runs it has it still.
                    self._statements.pop(next(iter(self._statements)), None)
                self._statements[sql] = statement
        return statement

    def _reset_abandoned(self):
        """Ends the statements of cursors that nobody has any more, which lock tables."""
        import gc

        gc.collect()
        with self._cache_lock:
            for statement in list(self._statements.values()):
                if statement.in_use and statement.is_free():
                    statement.in_use = False

    @property
    def isolation_level(self):
        self._check()
        return self._isolation_level

    @isolation_level.setter
    def isolation_level(self, value):
        if value is None:
            self._isolation_level = None
            # As ever, this ends what is open.
            if not self._db.autocommit():
                self.commit()
        else:
            self._isolation_level = _level(value)

    @isolation_level.deleter
    def isolation_level(self):
        raise AttributeError("cannot delete attribute")

    @property
    def autocommit(self):
        self._check()
        return self._autocommit_mode

    @autocommit.setter
    def autocommit(self, value):
        self._check()
        value = _autocommit(value)
        if value is True and not self._db.autocommit():
            self._run("COMMIT")
        elif value is False and self._db.autocommit():
            self._run("BEGIN")
        self._autocommit_mode = value

    @property
    def in_transaction(self):
        return not self._check().autocommit()

    @property
    def total_changes(self):
        return self._check().total_changes()

    def cursor(self, factory=_MISSING):
        """Return a cursor for the connection."""
        self._check()
        cursor = _cursors.Cursor(self) if factory is _MISSING else factory(self)
        if not issubclass(type(cursor), _cursors.Cursor):
            raise TypeError(f"factory must return a cursor, not {type(cursor).__name__}")
        if self.row_factory is not None:
            cursor.row_factory = self.row_factory
        return cursor

    def __call__(self, sql, /):
        self._check()
        statement = self._statement(sql)
        if statement is not None:
            statement.in_use = False
        return statement

    def execute(self, sql, parameters=(), /):
        """Executes an SQL statement."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql, parameters, /):
        """Repeatedly executes an SQL statement."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, sql_script, /):
        """Executes multiple SQL statements at once."""
        return self.cursor().executescript(sql_script)

    def commit(self):
        """Commit any pending transaction to the database."""
        db = self._check()
        if self._autocommit_mode == LEGACY_TRANSACTION_CONTROL:
            if not db.autocommit():
                self._run("COMMIT")
        elif self._autocommit_mode is False:
            self._run("COMMIT")
            self._run("BEGIN")

    def rollback(self):
        """Roll back to the start of any pending transaction."""
        db = self._check()
        if self._autocommit_mode == LEGACY_TRANSACTION_CONTROL:
            if not db.autocommit():
                self._run("ROLLBACK")
        elif self._autocommit_mode is False:
            self._run("ROLLBACK")
            self._run("BEGIN")

    def close(self):
        """Close the database connection."""
        if not self._ready:
            raise ProgrammingError("Base Connection.__init__ not called.")
        if self._db is None:
            if self._check_same_thread and _get_ident() != self._thread:
                self._check()
            return
        self._check()
        if self._autocommit_mode is False and not self._db.autocommit():
            self._run("ROLLBACK")
        self._close()

    def _close(self):
        db = self._db
        for blob in self._open_blobs:
            blob = blob()
            if blob is not None:
                blob._end()
        for statement in list(self._statements.values()):
            statement.handle.finalize()
        self._statements.clear()
        db.close()
        self._db = None

    def __del__(self):
        if self._db is not None and self._ready:
            _warn(f"unclosed database in {self!r}", ResourceWarning, 1, self)
            try:
                self._close()
            except _errors.Error:
                pass

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, type, value, traceback, /):
        if type is None and value is None and traceback is None:
            try:
                self.commit()
            except BaseException:
                self.rollback()
                raise
        else:
            self.rollback()
        return False

    def interrupt(self):
        """Abort any pending database operation."""
        (self._db or self._check()).interrupt()

    # What the library calls.

    def _place(self, key, callable):
        """The index of a hook, in the place of the one that had this key."""
        at = self._hooks.get(key)
        if at is None:
            at = self._hooks[key] = self._db.add_hook(callable)
        else:
            self._db.set_hook(at, callable)
        return at

    def create_function(self, name, narg, func, *, deterministic=False):
        """Creates a new function."""
        db = self._check()
        flags = _DETERMINISTIC if deterministic else 0
        # A new index each time: the library may still run the old one.
        at = None if func is None else db.add_hook(func)
        try:
            db.function(name, narg, flags, at)
        except (OperationalError, InterfaceError):
            raise OperationalError("Error creating function") from None

    def create_aggregate(self, name, n_arg, aggregate_class):
        """Creates a new aggregate."""
        self._aggregate(name, n_arg, aggregate_class, False, "Error creating aggregate")

    def create_window_function(self, name, num_params, aggregate_class, /):
        """Creates or redefines an aggregate window function."""
        self._aggregate(name, num_params, aggregate_class, True, None)

    def _aggregate(self, name, narg, cls, window, failed):
        db = self._check()
        at = None if cls is None else db.add_hook(Aggregates(cls))
        try:
            db.aggregate(name, narg, 0, at, window)
        except (OperationalError, InterfaceError) as error:
            if failed is None:
                raise ProgrammingError(str(error)) from None
            raise OperationalError(failed) from None

    def create_collation(self, name, callback, /):
        """Creates a collation function."""
        db = self._check()
        if callback is not None and not callable(callback):
            raise TypeError("parameter must be callable")
        db.collation(name, None if callback is None else db.add_hook(callback))

    def set_authorizer(self, authorizer_callback):
        """Set authorizer callback."""
        db = self._check()
        if authorizer_callback is None:
            db.authorizer(None)
        else:
            db.authorizer(self._place("authorizer", authorizer_callback))

    def set_progress_handler(self, progress_handler, n):
        """Set progress handler callback."""
        db = self._check()
        if progress_handler is None:
            db.progress(None, 0)
        else:
            db.progress(self._place("progress", progress_handler), n)

    def set_trace_callback(self, trace_callback):
        """Set a trace callback called for each SQL statement (passed as unicode)."""
        db = self._check()
        if trace_callback is None:
            db.trace(None)
        else:
            db.trace(self._place("trace", trace_callback))

    # Settings.

    def getlimit(self, category, /):
        """Get connection run-time limits."""
        return self.setlimit(category, -1)

    def setlimit(self, category, limit, /):
        """Set connection run-time limits."""
        before = self._check().limit(category, limit)
        if before < 0:
            raise ProgrammingError("'category' is out of bounds")
        return before

    def getconfig(self, op, /):
        """Query a boolean connection configuration option."""
        db = self._check()
        if op not in SWITCHES:
            raise ValueError(f"unknown config 'op': {op}")
        return db.config(op, -1)

    def setconfig(self, op, enable=True, /):
        """Set a boolean connection configuration option."""
        db = self._check()
        if op not in SWITCHES:
            raise ValueError(f"unknown config 'op': {op}")
        if db.config(op, int(bool(enable))) != bool(enable):
            raise OperationalError("Unable to set config")

    def enable_load_extension(self, enable, /):
        """Enable dynamic loading of SQLite extension modules."""
        db = self._check()
        sys.audit("sqlite3.enable_load_extension", self, bool(enable))
        db.config(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, int(bool(enable)))

    def load_extension(self, name, /, *, entrypoint=None):
        """Load SQLite extension module."""
        db = self._check()
        sys.audit("sqlite3.load_extension", self, name)
        db.load_extension(name, entrypoint)

    # Whole databases.

    def iterdump(self, *, filter=None):
        """Returns iterator to the dump of the database in an SQL text format."""
        self._check()
        from sqlite3.dump import _iterdump

        return _iterdump(self, filter=filter)

    def backup(self, target, *, pages=-1, progress=None, name="main", sleep=0.25):
        """Makes a backup of the database."""
        db = self._check()
        if not isinstance(target, Connection):
            raise TypeError(
                f"backup() argument 'target' must be sqlite3.Connection, not {type(target).__name__}"
            )
        into = target._check()
        if target is self:
            raise ValueError("target cannot be the same connection instance")
        if progress is not None and not callable(progress):
            raise TypeError("progress argument must be a callable")
        seconds = float(sleep)
        if seconds < 0:
            raise ValueError("sleep must be greater-than or equal to zero")
        db.backup(into, name, "main", pages or -1, progress, seconds)

    def serialize(self, *, name="main"):
        """Serialize a database into a byte string."""
        data = self._check().serialize(name)
        if data is None:
            raise OperationalError(f"unable to serialize '{name}'")
        return data

    def deserialize(self, data, /, *, name="main"):
        """Load a serialized database."""
        db = self._check()
        if isinstance(data, str):
            data = data.encode()
        db.deserialize(data, name)

    def blobopen(self, table, column, rowid, /, *, readonly=False, name="main"):
        """Open and return a BLOB object."""
        db = self._check()
        if rowid not in range(-(1 << 63), 1 << 63):
            raise OverflowError("Python int too large to convert to SQLite INTEGER")
        blob = _blobs.Blob._made(self, db.blob(table, column, rowid, not readonly, name))
        self._open_blobs = [ref for ref in self._open_blobs if ref() is not None]
        self._open_blobs.append(_ref(blob))
        return blob


def connect(*args, **kwargs):
    """Open a connection to the SQLite database file 'database'."""
    factory = kwargs.get("factory", args[5] if len(args) > 5 else Connection)
    return factory(*args, **kwargs)
