"""Interpreters of this process: there is one, the main interpreter, and no second can be made.

Questions about it are answered; making another raises `InterpreterError`. Threads run in parallel here, so what
others want more interpreters for needs none.
"""

import sys
import types

__all__ = [
    "InterpreterError", "InterpreterNotFoundError", "NotShareableError", "CrossInterpreterBufferView",
    "WHENCE_UNKNOWN", "WHENCE_RUNTIME", "WHENCE_LEGACY_CAPI", "WHENCE_CAPI", "WHENCE_XI", "WHENCE_STDLIB",
    "new_config", "create", "destroy", "list_all", "get_current", "get_main", "set___main___attrs", "exec",
    "call", "run_string", "run_func", "is_shareable", "is_running", "get_config", "whence", "incref", "decref",
    "capture_exception",
]

WHENCE_UNKNOWN = 0
WHENCE_RUNTIME = 1
WHENCE_LEGACY_CAPI = 2
WHENCE_CAPI = 3
WHENCE_XI = 4
WHENCE_STDLIB = 5

_MAIN = 0


class InterpreterError(Exception):
    """What was asked of an interpreter cannot be done."""

    __module__ = "concurrent.interpreters"


class InterpreterNotFoundError(InterpreterError):
    """There is no interpreter of this number."""

    __module__ = "concurrent.interpreters"


class NotShareableError(TypeError):
    """The object cannot be given to another interpreter."""

    __module__ = "concurrent.interpreters"


class CrossInterpreterBufferView:
    """A buffer of another interpreter. There is none, so no object of this class."""

    def __new__(cls):
        raise TypeError(f"cannot create {cls.__module__}.{cls.__name__!r} instances")


_CONFIGS = {
    "legacy": (True, True, True, True, True, False, "shared"),
    "isolated": (False, False, False, True, False, True, "own"),
    "empty": (False, False, False, False, False, False, "default"),
}
_CONFIGS["default"] = _CONFIGS["isolated"]
_FIELDS = (
    "use_main_obmalloc", "allow_fork", "allow_exec", "allow_threads", "allow_daemon_threads",
    "check_multi_interp_extensions", "gil",
)


def new_config(name="isolated", /, **overrides):
    """A configuration for `create`: a named one with some fields changed."""
    if not isinstance(name, str):
        raise TypeError(f"_interpreters.new_config() argument 1 must be str, not {type(name).__name__}")
    values = _CONFIGS.get(name)
    if values is None:
        raise ValueError(f"unsupported config name {name!r}")
    config = dict(zip(_FIELDS, values))
    unknown = {key: value for key, value in overrides.items() if key not in config}
    for key, value in overrides.items():
        if key in config:
            if type(value) is not type(config[key]):
                raise TypeError(f"invalid config type: {key}")
            config[key] = value
    if unknown:
        raise ValueError(f"config dict has {len(unknown)} extra item{'s' * (len(unknown) > 1)} ({unknown!r})")
    if config["gil"] not in ("default", "shared", "own"):
        raise ValueError(f"unsupported interpreter config .gil value {config['gil']!r}")
    return types.SimpleNamespace(**config)


def create(config="isolated", *, reqrefs=False):
    """Would make an interpreter; not supported."""
    if isinstance(config, str):
        new_config(config)
    elif config is not None and not hasattr(config, "__dict__"):
        raise TypeError(f"bad config {config!r}")
    raise InterpreterError("subinterpreters are not supported by this implementation")


def _look_up(id, purpose, restrict=False):
    """Checks that `id` is the main interpreter's number, the only one there is. With `restrict` only interpreters
    made by `create` will do, which it is not."""
    if not isinstance(id, int):
        raise TypeError(f"interpreter ID must be an int, got {type(id).__name__}")
    if id < 0:
        raise ValueError(f"interpreter ID must be a non-negative int, got {id}")
    if id != _MAIN:
        raise InterpreterNotFoundError(f"unrecognized interpreter ID {id}")
    if restrict:
        raise InterpreterError(f"cannot {purpose} unrecognized interpreter {id}")


def destroy(id, *, restrict=False):
    """Ends an interpreter."""
    _look_up(id, "destroy", restrict)
    raise InterpreterError("cannot destroy the current interpreter")


def list_all(*, require_ready=False):
    """Number and origin of every interpreter."""
    return [get_main()]


def get_current():
    """Number and origin of the running interpreter."""
    return get_main()


def get_main():
    """Number and origin of the main interpreter."""
    return _MAIN, WHENCE_RUNTIME


def whence(id):
    """Where the interpreter comes from, one of the WHENCE constants."""
    _look_up(id, "get the origin of")
    return WHENCE_RUNTIME


def is_running(id, *, restrict=False):
    """Whether the interpreter runs code in its `__main__`."""
    _look_up(id, "check if running for", restrict)
    return True


def get_config(id, *, restrict=False):
    """The configuration the interpreter was made with."""
    _look_up(id, "get the config of", restrict)
    return new_config("legacy", gil="own")


def incref(id, *, implieslink=False, restrict=False):
    """Counts one more user of the interpreter."""
    _look_up(id, "incref", restrict)


def decref(id, *, restrict=False):
    """Counts one user less. The main interpreter stays."""
    _look_up(id, "decref", restrict)


def set___main___attrs(id, ns, *, restrict=False):
    """Binds names in `__main__` of the interpreter."""
    if not isinstance(ns, dict):
        raise TypeError(f"_interpreters.set___main___attrs() argument 2 must be dict, not {type(ns).__name__}")
    _look_up(id, "update __main__ for", restrict)
    for name, value in ns.items():
        if not isinstance(name, str):
            raise TypeError("bad argument type for built-in operation")
        if not is_shareable(value):
            raise NotShareableError(f"{value!r} does not support cross-interpreter data")
    vars(sys.modules["__main__"]).update(ns)


def _refuse(id, purpose, restrict):
    _look_up(id, purpose, restrict)
    raise InterpreterError("interpreter already running")


def exec(id, code, shared=None, *, restrict=False):
    """Runs code in the interpreter: never in the main one, which runs already."""
    if isinstance(code, str):
        compile(code, "<script>", "exec")
    elif not isinstance(code, (types.FunctionType, types.CodeType)):
        raise TypeError(f"unsupported script {code!r}")
    _refuse(id, "exec code for", restrict)


def call(id, callable, args=None, kwargs=None, *, restrict=False):
    """Calls an object in the interpreter: never in the main one, which runs already."""
    _refuse(id, "make a call in", restrict)


def run_string(id, script, shared=None, *, restrict=False):
    """Runs a text in the interpreter: never in the main one, which runs already."""
    if not isinstance(script, str):
        raise TypeError(f"_interpreters.run_string() argument 2 must be str, not {type(script).__name__}")
    _refuse(id, "run a string in", restrict)


def run_func(id, func, shared=None, *, restrict=False):
    """Runs a function's body in the interpreter: never in the main one, which runs already."""
    if not isinstance(func, (types.FunctionType, types.CodeType)):
        raise TypeError(f"_interpreters.run_func() argument 2 must be a function, not {type(func).__name__}")
    _refuse(id, "run a function in", restrict)


# Other modules add the types that they know how to hand over.
_shareable = {type(None), bool, int, float, str, bytes, tuple, memoryview}


def is_shareable(obj):
    """Whether another interpreter could be given the object as it is."""
    return type(obj) in _shareable


def capture_exception(exc=None):
    """A snapshot of an exception. The default, one that is on its way, is never there when Python code runs."""
    if exc is None:
        return None
    if not isinstance(exc, BaseException):
        raise TypeError(f"expected exception, got {exc!r}")
    import traceback
    kind, message = type(exc), str(exc)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    return types.SimpleNamespace(
        type=types.SimpleNamespace(
            __name__=kind.__name__, __qualname__=kind.__qualname__, __module__=kind.__module__
        ),
        msg=message,
        formatted=f"{name}: {message}" if message else name,
        errdisplay="".join(traceback.format_exception(exc)).rstrip("\n"),
    )
