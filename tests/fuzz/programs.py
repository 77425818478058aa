"""Programs from the grammar: every statement, expression and pattern of Python 3.14.

A program ends, prints the same every time, and says what happened: values, the order of evaluation (`log`),
exceptions with the positions of their tracebacks, and what its variables hold at the end.
"""

import functools
import io
import linecache
import sys
import threading
import traceback
import types

import show
from expressions import HITS, RULES, VARIABLES
from statements import Writer

STEPS = 1500
# Where what a thread's program prints goes.
OUT = threading.local()


def say(*words):
    print(*words, file=OUT.stream)


class TooLong(BaseException):
    """The program has done enough."""


class Manager:
    """A context manager, of both sorts, that tells what is done to it."""

    def __init__(self, name, swallows=False):
        self.name = name
        self.swallows = swallows

    def __enter__(self):
        say("enter", self.name)
        return self.name

    def __exit__(self, kind, value, trace):
        say("exit", self.name, kind and kind.__name__)
        return self.swallows

    async def __aenter__(self):
        say("aenter", self.name)
        return self

    async def __aexit__(self, kind, value, trace):
        say("aexit", self.name, kind and kind.__name__)
        return self.swallows


class Pair:
    """For patterns of classes, and attributes to assign."""

    __match_args__ = ("x", "y")
    shared = 5

    def __init__(self, x=1, y=2):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return isinstance(other, Pair) and self.x == other.x

    def __hash__(self):
        return 1

    def __repr__(self):
        return "<Pair>"

    def __add__(self, other):
        say("add")
        return self

    def __getitem__(self, key):
        say("item", show.show(key))
        if type(key) is int and key > 3:
            raise IndexError("end of Pair")
        return 4

    def __setitem__(self, key, value):
        say("set item", show.show(key), show.show(value))

    def __delitem__(self, key):
        say("del item", show.show(key))

    def __matmul__(self, other):
        return ("matmul", show.show(other))

    def __call__(self, *arguments, **named):
        return (len(arguments), sorted(named))


class Steps:
    """An asynchronous iterator."""

    def __init__(self, limit):
        self.left = limit

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left <= 0:
            raise StopAsyncIteration
        self.left -= 1
        return self.left


class Awaited:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        say("await", show.show(self.value))
        yield "token"
        return self.value


def drive(coroutine):
    """Runs a coroutine to its end without a loop."""
    count = 0
    while True:
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        count += 1
        if count > 200:
            coroutine.close()
            return "closed"


def collect(agen):
    async def gather():
        return [value async for value in agen]

    return drive(gather())


def decorate(mark):
    def apply(thing):
        say("decorate", show.show(mark), getattr(thing, "__name__", "?"))
        return thing

    return apply


def template(value):
    """What a template string holds."""
    parts = [(each.value, each.expression, each.conversion, each.format_spec) for each in value.interpolations]
    return ("template", value.strings, parts)


class Meta(type):
    @classmethod
    def __prepare__(metatype, name, bases, **keywords):
        say("prepare", name, sorted(keywords))
        return {"prepared": len(bases)}

    def __new__(metatype, name, bases, body, **keywords):
        return super().__new__(metatype, name, bases, dict(body))

    def __init__(cls, name, bases, body, **keywords):
        super().__init__(name, bases, body)


class Hooked:
    def __init_subclass__(cls, /, tag=None, **keywords):
        say("init subclass", cls.__name__, show.show(tag))

    def __set_name__(self, owner, name):
        say("set name", name)


def environment():
    """The names that a program starts with."""
    left = [STEPS]

    def step():
        left[0] -= 1
        if left[0] < 0:
            raise TooLong

    def log(number, value=None):
        step()
        say("log", number)
        return value

    def clip(value):
        """Keeps values small, however often they are multiplied."""
        step()
        kind = type(value)
        if kind is int:
            return value if -(10**12) < value < 10**12 else value % 1000003
        if kind in (str, list, tuple, bytes) and len(value) > 40:
            return value[:40]
        return value

    def tell(value):
        step()
        say(shown(value))

    def attempt(function, arguments):
        """What a call gives, or how it ends and what its frame holds then."""
        try:
            say(shown(function(*arguments())))
        except Exception as exception:
            say(told(exception), left_by(exception))

    names = {
        "attempt": attempt, "log": log, "clip": clip, "tell": tell, "Manager": Manager, "Pair": Pair, "Steps": Steps, "Awaited": Awaited, "drive": drive, "collect": collect,
        "decorate": decorate, "template": template, "Meta": Meta, "Hooked": Hooked, "print": functools.partial(print, file=OUT.stream), "__name__": "case", "__builtins__": __builtins__,
        "i0": 3, "i1": -7, "f0": 2.5, "s0": "abc", "s1": "x", "b0": b"yz", "l0": [1, 2, 3], "l1": ["p", 4.5], "t0": (1, "q"), "d0": {"a": 1, "b": [2]}, "e0": {1, 2}, "p0": Pair(3, 4), "n0": None,
    }
    sys.modules["case"] = module = types.ModuleType("case")
    module.__dict__.update(names)
    return module.__dict__


def shown(value):
    if type(value) is Pair:
        return f"Pair({shown(value.x)}, {shown(value.y)})"
    return show.show(value)


def run(source, compiled):
    """Runs a program: the text of what it does."""
    OUT.stream = stream = io.StringIO()
    execute(source, compiled)
    return stream.getvalue()


def execute(source, compiled):
    names = environment()
    try:
        code = compiled(source, "<case>")
    except BaseException as exception:
        say("cannot be compiled:", where_of(exception))
        return
    linecache.cache["<case>"] = (len(source), None, source.splitlines(True), "<case>")
    try:
        exec(code, names)
    except BaseException as exception:
        say("ends with", told(exception))
    for name in VARIABLES:
        try:
            say(name, shown(names[name]) if name in names else "is gone")
        except Exception as exception:
            say(name, "cannot be shown", show.error(exception))


def where_of(exception):
    if isinstance(exception, SyntaxError):
        return f"{type(exception).__name__} {exception.msg} {exception.lineno}:{exception.offset}-{exception.end_lineno}:{exception.end_offset}"
    return show.error(exception)


def told(exception, depth=0):
    """An exception, the positions of its traceback, and what it came from."""
    parts = [show.error(exception)]
    for frame, line in traceback.walk_tb(exception.__traceback__):
        code = frame.f_code
        if code.co_filename != "<case>":
            continue
        parts.append(f"at {code.co_qualname} {line}")
    for summary in traceback.extract_tb(exception.__traceback__):
        if summary.filename == "<case>":
            parts.append(f"[{summary.lineno}:{summary.colno}-{summary.end_lineno}:{summary.end_colno}]")
    if depth < 3:
        if exception.__cause__ is not None:
            parts.append("from {" + told(exception.__cause__, depth + 1) + "}")
        elif exception.__context__ is not None and not exception.__suppress_context__:
            parts.append("after {" + told(exception.__context__, depth + 1) + "}")
    return " ".join(parts)


def left_by(exception):
    """The variables of the innermost frame of the program."""
    variables = {}
    for frame, _ in traceback.walk_tb(exception.__traceback__):
        if frame.f_code.co_filename == "<case>":
            variables = frame.f_locals
    try:
        return " ".join(f"{name}={shown(value)}" for name, value in sorted(variables.items()))
    except Exception as second:
        return show.error(second)


def case(chance, number):
    """The source of a program."""
    writer = Writer(chance)
    for _ in range(chance.between(2, 7)):
        writer.statement()
    return "\n".join(writer.lines) + "\n"
