"""Queues that could lead from one interpreter to another, with the one interpreter there is.

What is put in comes out as another object that does not share data with it, as between interpreters: immutable
values are passed as they are, a `memoryview` shares its buffer, the rest is pickled. One lock guards all queues: it
is held for a few steps that run no code of the program.
"""

import _thread
import operator
import os
import pickle
from _interpreters import NotShareableError, _shareable
from collections import deque

__all__ = [
    "QueueError", "QueueNotFoundError", "create", "destroy", "list_all", "put", "get", "bind", "release",
    "get_maxsize", "get_queue_defaults", "is_full", "get_count", "_register_heap_types",
]

# How an item whose interpreter has gone is dealt with: removed, an error, a stand-in.
_UNBOUND_OPS = (1, 2, 3)
_UNBOUND_DEFAULT = 3
# What is done with objects that are not shareable: refused, pickled.
_FALLBACKS = (0, 1)
_FALLBACK_DEFAULT = 1


class QueueError(RuntimeError):
    """Something is wrong with a queue."""

    __module__ = "concurrent.interpreters"


class QueueNotFoundError(QueueError):
    """There is no queue of this number."""

    __module__ = "concurrent.interpreters"


class _Queue:
    __slots__ = ("maxsize", "defaults", "items", "users")

    def __init__(self, maxsize, defaults):
        self.maxsize = maxsize
        self.defaults = defaults
        self.items = deque()
        self.users = 0


# Reentrant: a finalizer that runs meanwhile may release a queue.
_lock = _thread.RLock()
_queues = {}
_last_id = 0
_QueueEmpty = _QueueFull = QueueError

# A forked child has one thread, which does not hold it.
os.register_at_fork(after_in_child=_lock._at_fork_reinit)


def _register_heap_types(queue_type, empty, full):
    """Takes over the classes that the module above defines."""
    global _QueueEmpty, _QueueFull
    _QueueEmpty, _QueueFull = empty, full
    _shareable.add(queue_type)


def _number(qid):
    if not isinstance(qid, int):
        raise TypeError(f"queue ID must be an int, got {type(qid).__name__}")
    if qid < 0:
        raise ValueError(f"queue ID must be a non-negative int, got {qid}")
    return int(qid)


def _find(qid):
    """The queue. The lock is held."""
    queue = _queues.get(qid)
    if queue is None:
        raise QueueNotFoundError(f"queue {qid} not found")
    return queue


def _choice(value, choices, default, name):
    if value == -1:
        return default
    if value not in choices:
        raise ValueError(f"unsupported {name} {value}")
    return value


def create(maxsize, unboundop=-1, fallback=-1):
    """Makes a queue; gives its number. A size of zero or less is no limit."""
    global _last_id
    maxsize = operator.index(maxsize)
    defaults = (
        _choice(unboundop, _UNBOUND_OPS, _UNBOUND_DEFAULT, "unboundop"),
        _choice(fallback, _FALLBACKS, _FALLBACK_DEFAULT, "fallback"),
    )
    with _lock:
        _last_id += 1
        _queues[_last_id] = _Queue(maxsize, defaults)
        return _last_id


def destroy(qid):
    """Ends a queue, whatever is in it."""
    qid = _number(qid)
    with _lock:
        _find(qid)
        del _queues[qid]


def bind(qid):
    """Counts one more user of the queue."""
    qid = _number(qid)
    with _lock:
        _find(qid).users += 1


def release(qid):
    """Counts one user less. The queue ends with the last one."""
    qid = _number(qid)
    with _lock:
        queue = _find(qid)
        if queue.users == 0:
            raise QueueError(f"queue {qid} never bound")
        queue.users -= 1
        if queue.users == 0:
            del _queues[qid]


def list_all():
    """Number and defaults of every queue, the newest first."""
    with _lock:
        return [(qid, *queue.defaults) for qid, queue in reversed(_queues.items())]


def _pack(obj, fallback):
    """What goes into the queue for `obj`: a function that makes what comes out, and its argument."""
    kind = type(obj)
    if kind is memoryview:
        return memoryview, obj
    if kind in _shareable and kind is not tuple:
        return None, obj
    if kind is tuple and not fallback:
        return tuple, [_pack(item, fallback) for item in obj]
    if fallback:
        try:
            return pickle.loads, pickle.dumps(obj)
        except Exception as why:
            cause = why
    else:
        cause = None
    raise NotShareableError(f"{obj!r} does not support cross-interpreter data") from cause


def _unpack(packed):
    make, data = packed
    if make is tuple:
        return tuple(map(_unpack, data))
    return data if make is None else make(data)


def put(qid, obj, unboundop=-1, fallback=-1):
    """Adds an object at the end."""
    qid = _number(qid)
    _choice(unboundop, _UNBOUND_OPS, _UNBOUND_DEFAULT, "unboundop")
    with _lock:
        defaults = _find(qid).defaults
    packed = _pack(obj, _choice(fallback, _FALLBACKS, defaults[1], "fallback"))
    with _lock:
        queue = _find(qid)
        full = 0 < queue.maxsize <= len(queue.items)
        if not full:
            queue.items.append(packed)
    if full:
        raise _QueueFull(f"queue {qid} is full")


def get(qid):
    """Takes the first object; gives it, and how it would have been replaced: it never is."""
    qid = _number(qid)
    with _lock:
        queue = _find(qid)
        packed = queue.items.popleft() if queue.items else None
    if packed is None:
        raise _QueueEmpty(f"queue {qid} is empty")
    return _unpack(packed), None


def get_maxsize(qid):
    """How many objects fit in."""
    qid = _number(qid)
    with _lock:
        return _find(qid).maxsize


def get_queue_defaults(qid):
    """How lost items and objects that are not shareable are dealt with."""
    qid = _number(qid)
    with _lock:
        return _find(qid).defaults


def is_full(qid):
    """Whether nothing more fits in."""
    qid = _number(qid)
    with _lock:
        queue = _find(qid)
        return 0 < queue.maxsize <= len(queue.items)


def get_count(qid):
    """How many objects are in it."""
    qid = _number(qid)
    with _lock:
        return len(_find(qid).items)
