"""The profiler under `cProfile`: counts calls and measures time per function.

Written in Python on `sys.setprofile`. It profiles the thread that enables it. Times are kept in a
timer's own units and multiplied by `timeunit` when they are read.
"""

import sys
import time
from collections import namedtuple

__all__ = ["Profiler", "profiler_entry", "profiler_subentry"]

profiler_entry = namedtuple(
    "profiler_entry", "code callcount reccallcount totaltime inlinetime calls"
)
profiler_subentry = namedtuple(
    "profiler_subentry", "code callcount reccallcount totaltime inlinetime"
)


class _Counts:
    """What is known of one function, or of one function called by another."""

    __slots__ = ("calls", "recursive", "total", "inline", "level", "callees")

    def __init__(self):
        self.calls = 0
        self.recursive = 0
        self.total = 0
        self.inline = 0
        self.level = 0
        self.callees = {}

    def enter(self):
        """A call begins."""
        self.level += 1

    def leave(self, took, inline):
        """A call ends. Only the outermost of recursive calls counts for the total."""
        self.level -= 1
        self.calls += 1
        self.inline += inline
        if self.level == 0:
            self.total += took
        else:
            self.recursive += 1


class _Call:
    """One call that has not ended."""

    __slots__ = ("key", "start", "inner", "counts", "sub")

    def __init__(self, key, counts, sub):
        self.key = key
        self.counts = counts
        self.sub = sub
        self.inner = 0
        self.start = 0


def _native_name(function):
    """What stands for a function that has no code object."""
    if function is sys.setprofile:  # called by `disable`, which elsewhere is itself native
        return "<method 'disable' of '_lsprof.Profiler' objects>"
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", None) or repr(function)
    module = getattr(function, "__module__", None)
    if owner is not None and not isinstance(owner, type(sys)):
        kind = owner if isinstance(owner, type) else type(owner)
        if isinstance(owner, type):
            return f"<built-in method {name}>"
        return f"<method '{name}' of '{kind.__name__}' objects>"
    if module in (None, "builtins"):
        return f"<built-in method builtins.{name}>"
    return f"<built-in method {module}.{name}>"


class Profiler:
    """Builds a profiler.

    timer: a function that returns a number; the clock if not given.
    timeunit: what one unit of that number is, in seconds; 1 for a float if not given.
    subcalls: whether to tell callers apart. builtins: whether native functions count.
    """

    def __init__(self, timer=None, timeunit=0.0, subcalls=True, builtins=True):
        if timer is not None and not callable(timer):
            raise TypeError("timer must be callable")
        self._timer = timer or time.perf_counter
        self._unit = timeunit or 1.0
        self._subcalls = subcalls
        self._builtins = builtins
        self._counts = {}
        self._stack = []
        self._enabled = False

    def enable(self, subcalls=True, builtins=True):
        """Starts collecting in this thread."""
        other = sys.getprofile()
        if other is not None and getattr(other, "__self__", None) is not self:
            raise ValueError("Another profiling tool is already active")
        self._subcalls = subcalls
        self._builtins = builtins
        self._enabled = True
        sys.setprofile(self._event)

    def disable(self):
        """Stops collecting; calls that have not ended end now."""
        if self._enabled:
            self._enabled = False
            sys.setprofile(None)
        while self._stack:
            self._leave()

    def clear(self):
        """Forgets everything."""
        self._counts = {}
        self._stack = []

    def getstats(self):
        """A list of `profiler_entry`, one for each function that was called."""
        unit = self._unit
        return [
            profiler_entry(
                key,
                counts.calls,
                counts.recursive,
                counts.total * unit,
                counts.inline * unit,
                [
                    profiler_subentry(
                        callee, sub.calls, sub.recursive, sub.total * unit, sub.inline * unit
                    )
                    for callee, sub in counts.callees.items()
                ]
                or None,
            )
            for key, counts in list(self._counts.items())
            if counts.calls
        ]

    def _event(self, frame, event, argument):
        if event == "call":
            if frame.f_code is not _DISABLE:
                self._enter(frame.f_code)
        elif event == "return":
            if self._stack and self._stack[-1].key is frame.f_code:
                self._leave()
        elif not self._builtins:
            return
        elif event == "c_call":
            self._enter(_native_name(argument))
        elif self._stack and self._stack[-1].key == _native_name(argument):
            self._leave()

    def _enter(self, key):
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = _Counts()
        sub = None
        if self._subcalls and self._stack:
            callees = self._stack[-1].counts.callees
            sub = callees.get(key)
            if sub is None:
                sub = callees[key] = _Counts()
            sub.enter()
        counts.enter()
        call = _Call(key, counts, sub)
        self._stack.append(call)
        call.start = self._timer()

    def _leave(self):
        call = self._stack.pop()
        took = self._timer() - call.start
        inline = took - call.inner
        call.counts.leave(took, inline)
        if call.sub is not None:
            call.sub.leave(took, inline)
        if self._stack:
            self._stack[-1].inner += took


_DISABLE = Profiler.disable.__code__
