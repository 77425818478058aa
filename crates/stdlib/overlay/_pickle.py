"""The module CPython writes in C under `pickle`, in Python.

Pickler and unpickler are those of `pickle` itself, fetched when they are first asked for: `pickle`
imports this module before it has defined them. `dumps` and `loads` try first what `_plain_pickle` can do, which
is plain data.
"""

import _plain_pickle

__all__ = [
    "PickleBuffer",
    "PickleError",
    "Pickler",
    "PicklingError",
    "Unpickler",
    "UnpicklingError",
    "dump",
    "dumps",
    "load",
    "loads",
]

_DEFINED_THERE = {
    "Pickler": "_Pickler",
    "Unpickler": "_Unpickler",
    "dump": "_dump",
    "load": "_load",
    "PickleError": "PickleError",
    "PicklingError": "PicklingError",
    "UnpicklingError": "UnpicklingError",
}


def __getattr__(name):
    own = _DEFINED_THERE.get(name)
    if own is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import pickle

    value = globals()[name] = getattr(pickle, own)
    return value


def dumps(obj, protocol=None, *, fix_imports=True, buffer_callback=None):
    """Return the pickled representation of the object as a bytes object."""
    import pickle

    if buffer_callback is None:
        wanted = pickle.DEFAULT_PROTOCOL if protocol is None else protocol
        made = _plain_pickle.dumps(obj, pickle.HIGHEST_PROTOCOL if wanted == -1 else wanted)
        if made is not None:
            return made
    return pickle._dumps(obj, protocol, fix_imports=fix_imports, buffer_callback=buffer_callback)


def loads(data, /, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()):
    """Read and return an object from the given pickle data."""
    made = _plain_pickle.loads(data)
    if made is not NotImplemented:
        return made
    import pickle

    try:
        return pickle._loads(data, fix_imports=fix_imports, encoding=encoding, errors=errors, buffers=buffers)
    except IndexError as error:
        # The unpickler in Python pops from its stack whether or not there is something.
        if not _pops(error.__traceback__):
            raise
        raise pickle.UnpicklingError("unpickling stack underflow") from None


def _pops(traceback):
    """Whether an exception was raised by the unpickler itself."""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_globals.get("__name__") == "pickle"


class PickleBuffer:
    """A buffer that `pickle` may hand over apart from the stream."""

    __slots__ = ("_view", "__weakref__")

    def __init__(self, object, /):
        self._view = memoryview(object)

    def _held(self):
        if self._view is None:
            raise ValueError("operation forbidden on released PickleBuffer object")
        return self._view

    def __buffer__(self, flags, /):
        return memoryview(self._held())

    def raw(self):
        """The bytes as they lie in memory, which has to be one piece."""
        view = self._held()
        if not view.contiguous:
            raise BufferError("cannot extract raw buffer from non-contiguous buffer")
        if view.c_contiguous:
            return view.cast("B")
        return memoryview(view.tobytes("A"))

    def release(self):
        """Gives the buffer back; nothing can be done with the object afterwards."""
        if self._view is not None:
            self._view.release()
            self._view = None
