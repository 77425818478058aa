"""What a value looks like to the fuzzer: everything a program could see of it, and nothing that two
runs of one interpreter may disagree about (addresses, the order of sets)."""

import re
import types

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+|0x[0-9a-f]{9,}")
DRAINED = 8


def text_of(value):
    """`repr`, without addresses."""
    return ADDRESS.sub("0x", repr(value))


def error(exception):
    """Type, text and notes of an exception."""
    try:
        text = str(exception)
    except BaseException as second:
        text = "text raises " + type(second).__name__
    notes = getattr(exception, "__notes__", None)
    group = ""
    if isinstance(exception, BaseExceptionGroup):
        group = " [" + ", ".join(error(each) for each in exception.exceptions) + "]"
    notes = "" if notes is None else " notes " + text_of(notes)
    return f"{type(exception).__name__}: {ADDRESS.sub('0x', ascii(text)[1:-1])}{group}{notes}"


def attempt(function, *arguments):
    try:
        return show(function(*arguments))
    except Exception as exception:
        return "!" + error(exception)


def drain(iterator):
    """The next few elements of an iterator."""
    parts = []
    try:
        for _ in range(DRAINED):
            parts.append(show(next(iterator), 2))
    except StopIteration as stop:
        parts.append("end" if stop.value is None else "end " + show(stop.value, 2))
    except Exception as exception:
        parts.append("!" + error(exception))
    return ", ".join(parts)


def attributes(value, depth):
    fields = getattr(value, "__dict__", None)
    if type(fields) is not dict or not fields:
        return ""
    return " with " + show(fields, depth + 1)


def show(value, depth=0):
    kind = type(value)
    if kind is int:
        if -(10**40) < value < 10**40:
            return repr(value)
        return f"int of {value.bit_length()} bits, {value % 1000000007}"
    if kind is str:
        return ADDRESS.sub("0x", ascii(value)) if len(value) < 400 else f"str of {len(value)}: {ascii(value[:60])}"
    if value is None or kind in (bool, float, complex, bytes, type(Ellipsis), type(NotImplemented)):
        return repr(value)
    if depth > 4:
        return f"<{kind.__name__}>"
    if kind is list:
        return "[" + ", ".join([show(each, depth + 1) for each in value[:40]]) + "]" + more(value)
    if kind is tuple:
        return "(" + ", ".join([show(each, depth + 1) for each in value[:40]]) + ",)" + more(value)
    if kind is dict:
        pairs = [f"{show(key, depth + 1)}: {show(each, depth + 1)}" for key, each in value.items()]
        return "{" + ", ".join(pairs[:40]) + "}"
    if kind is set or kind is frozenset:
        # Showing an iterator uses it up: one class after the other, in whatever order the set has them.
        items = sorted(value, key=lambda each: type(each).__name__)
        return f"{kind.__name__}({', '.join(sorted([show(each, depth + 1) for each in items]))})"
    if kind is bytearray:
        return f"bytearray {bytes(value)!r}"
    if isinstance(value, type):
        return ADDRESS.sub("0x", f"<class {value.__module__}.{value.__qualname__}>")
    if isinstance(value, BaseException):
        return f"{error(value)} {show(value.args, depth + 1)}{attributes(value, depth)}"
    if kind is memoryview:
        return view(value)
    if kind is types.MappingProxyType:
        return f"mappingproxy of {len(value)}" if len(value) > 12 else "mappingproxy " + show(dict(value), depth + 1)
    if kind.__name__ in ("dict_keys", "dict_values", "dict_items"):
        return f"{kind.__name__} {show(list(value), depth + 1)}"
    if kind.__name__ in ("odict_keys", "odict_values", "odict_items"):
        return f"{kind.__name__} {show(list(value), depth + 1)}"
    if kind.__module__ == "__main__" or kind.__module__ == "values":
        return subclass(value, kind, depth)
    if hasattr(kind, "__next__"):
        return f"{kind.__name__} {drain(value)}"
    if hasattr(kind, "__await__") or hasattr(kind, "__anext__"):
        return f"<{kind.__name__}>"
    try:
        return text_of(value)
    except Exception as exception:
        return f"<{kind.__name__}> whose repr raises {error(exception)}"


def more(value):
    return f" of {len(value)}" if len(value) > 40 else ""


def subclass(value, kind, depth):
    """An instance of a class of ours: as the built-in type it derives from."""
    for base in (int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset):
        if isinstance(value, base):
            plain = {
                list: lambda: list(list.__iter__(value)),
                tuple: lambda: tuple(tuple.__iter__(value)),
                dict: lambda: dict(dict.items(value)),
                set: lambda: set(set.__iter__(value)),
                frozenset: lambda: frozenset(frozenset.__iter__(value)),
                str: lambda: str.__str__(value),
                bytes: lambda: bytes(bytes.__iter__(value)),
                bytearray: lambda: bytearray(bytearray.__iter__(value)),
                int: lambda: int.__index__(value),
                float: lambda: float.__float__(value),
                complex: lambda: complex.__complex__(value),
            }[base]()
            return f"{kind.__name__}({show(plain, depth + 1)}){attributes(value, depth)}"
    return f"<{kind.__name__}>{attributes(value, depth)}"


def view(value):
    try:
        shape = f"{value.format!r} {value.shape} {value.strides} {'r' if value.readonly else 'w'}"
        return f"memoryview {shape} {attempt(value.tolist)} {bytes(value)!r}"
    except ValueError as exception:
        return "memoryview !" + error(exception)
