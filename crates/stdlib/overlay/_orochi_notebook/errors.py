"""Tracebacks that name cells, and leave out the runner's own frames."""

import linecache
import re
import traceback

_FILE = re.compile(r'File "<cell (\d+)>"')
_OWN = __name__.rpartition(".")[0]


def cell_filename(number):
    """The file name under which a cell is compiled."""
    return f"<cell {number}>"


def register(number, source):
    """Lets tracebacks and `inspect` show the lines of a cell."""
    name = cell_filename(number)
    lines = [line + "\n" for line in source.split("\n")]
    # No modification time: the entry is not checked against a file.
    linecache.cache[name] = (len(source), None, lines, name)


def describe(error):
    """Name, message and traceback lines of an exception."""
    name = type(error).__name__
    try:
        message = str(error)
    except Exception:
        message = f"<unprintable {name} object>"
    shown = traceback.TracebackException(
        type(error), error, _without_own(error.__traceback__), compact=True
    )
    _prune(shown)
    text = "".join(shown.format())
    text = _FILE.sub(r"Cell In[\1]", text)
    return name, message, text.rstrip("\n").split("\n")


def _is_own(frame):
    return frame.f_globals.get("__package__") == _OWN


def _without_own(tb):
    """The traceback from the first frame that belongs to the notebook."""
    start = tb
    while start is not None and _is_own(start.tb_frame):
        start = start.tb_next
    return start


def _prune(shown, seen=None):
    """Removes frames of the runner from the middle, where magics were called, everywhere."""
    seen = set() if seen is None else seen
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    own = __file__.rpartition("/")[0] if "__file__" in globals() else None
    if own and shown.stack:
        kept = [frame for frame in shown.stack if not frame.filename.startswith(own)]
        shown.stack[:] = kept
    _prune(shown.__cause__, seen)
    _prune(shown.__context__, seen)
    for each in getattr(shown, "exceptions", None) or ():
        _prune(each, seen)
