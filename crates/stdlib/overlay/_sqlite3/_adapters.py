"""What programs register for their types, and the aggregates that they define."""

import _orochi_sqlite

from ._errors import ProgrammingError

adapters = {}
converters = {}
# Whether a type that the library knows has an adapter, so that all values are asked about.
adapts_basic = False


class PrepareProtocol:
    """PEP 246 style object adaption protocol type."""

    __module__ = "sqlite3"


def register_adapter(type, adapter, /):
    """Register a function to adapt Python objects to SQLite values."""
    if type in (int, float, str, bytearray):
        global adapts_basic
        adapts_basic = True
    adapters[type, PrepareProtocol] = adapter


def register_converter(typename, converter, /):
    """Register a function to convert SQLite values to Python objects."""
    converters[typename.upper()] = converter


_MISSING = object()


def adapt(obj, proto=PrepareProtocol, alt=_MISSING, /):
    """Adapt given object to given protocol."""
    adapter = adapters.get((type(obj), proto))
    if adapter is not None:
        return adapter(obj)
    for source, name, argument in ((proto, "__adapt__", obj), (obj, "__conform__", proto)):
        method = getattr(source, name, None)
        if method is not None:
            try:
                adapted = method(argument)
            except TypeError:
                adapted = None
            if adapted is not None:
                return adapted
    if alt is not _MISSING:
        return alt
    raise ProgrammingError("can't adapt")


def adapted(value):
    return adapt(value, PrepareProtocol, value)


def complete_statement(statement):
    """Checks if a string contains a complete SQL statement."""
    return _orochi_sqlite.complete_statement(statement)


def enable_callback_tracebacks(enable, /):
    """Enable or disable callback functions throwing errors to stderr."""
    _orochi_sqlite.show_errors(enable)


class Aggregates:
    """The instances of an aggregate class that are at work. A tuple is an error to the library: its text, and what is shown."""

    def __init__(self, cls):
        self._shown = cls
        self._instances = {}

    def __call__(self, what, number, *args):
        instance = self._instances.pop(number, None)
        if instance is None:
            # Without a row nothing has been made yet, and nothing is to be made of a failure.
            if what == 1:
                return None
            try:
                instance = self._shown()
            except BaseException as error:
                return ("user-defined aggregate's '__init__' method raised error", error)
        if what != 1:
            self._instances[number] = instance
        name = ("step", "finalize", "value", "inverse")[what]
        try:
            method = getattr(instance, name)
        except AttributeError as error:
            return (f"user-defined aggregate's '{name}' method not defined", error)
        value = method(*args)
        if what in (0, 3):
            return None
        if isinstance(value, tuple):
            raise TypeError("a tuple is no value of SQLite")
        return value
