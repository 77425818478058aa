# What calls with odd arguments have found: messages, kinds of exceptions and orders of checks that were wrong once.
import operator
import types
import typing
from collections import OrderedDict, deque


def attempt(text, **names):
    try:
        print(text, "->", repr(eval(text, globals(), names)))
    except Exception as error:
        print(text, "!!", type(error).__name__, ascii(str(error)))


class Sub(set):
    pass


class Frozen(frozenset):
    pass


class Missing(dict):
    def __missing__(self, key):
        return "missing", key

    def keys(self):
        return ["k1", "k2"]


class Index:
    def __index__(self):
        return "x"


class Texts:
    def __bytes__(self):
        return "x"


print("-- methods beside slots")
for text in ("list.__getitem__", "dict.__getitem__", "dict.__contains__", "set.__contains__", "list.__getitem__(1, 2)",
             "dict.__contains__()", "[].__getitem__()", "{}.__getitem__(1, 2)", "[1].__getitem__(index=0)", "{1: 2}.__contains__(1)",
             "[].__getitem__.__self__", "{1: 2}.__getitem__(1)"):
    attempt(text)

print("-- names of encodings")
for text in (r"str([1], '\ud800')", r"str(b'', '\ud800')", r"''.encode('\ud800')", r"''.encode('utf-8', '\ud800')",
             r"b''.decode('utf-8', '\ud800')", r"bytes('', '\ud800')", r"bytearray('a', 'utf-8', '\ud800')",
             r"compile('1', 'f', '\ud800')", r"compile('1', 'f', '\0')", r"compile('1', '\0', 'exec')", r"float.fromhex('\ud800')",
             "float.fromhex(1)"):
    attempt(text)
for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-32-be", "latin-1", "l1"):
    for call in (lambda: b"\xff\xff\xff".decode(encoding), lambda: "\ud800".encode(encoding)):
        try:
            call()
        except UnicodeError as error:
            print(encoding, error.reason, getattr(error, "__notes__", None))

print("-- keys that have no hash")
for text in ("OrderedDict().__setitem__([], 1)", "OrderedDict().pop([], 1)", "OrderedDict(a=1).move_to_end([])", "OrderedDict().move_to_end([])",
             "OrderedDict([([], 1)])", "OrderedDict().__delitem__([])", "OrderedDict().get([])", "{}.pop([])", "{1: 2}.pop([])",
             "OrderedDict([(1,)])", "OrderedDict(1, 2)", "OrderedDict(Missing(a=1))", "OrderedDict(a=1) | Missing(a=1)"):
    attempt(text)

print("-- numbers")
for text in ("object.__reduce_ex__(1, 2**70)", "'a'.expandtabs(2**70)", "(1).to_bytes(2**63)", "bytearray().pop(2**70)", "[].pop(2**70)",
             "deque().insert(2**70, 1)", "deque().__getitem__(2**70)", "deque()[2**70]", "deque().__delitem__(slice(1))", "deque()[:1]",
             "deque().index(1, 'x')", "deque().index(1, None)", "memoryview(b'a').index(1, 'x')", "operator.index(True)",
             "bytes(1).rjust(2**62, 'x')", "Index() in b'ab'", "int.from_bytes(Texts(), 'little')"):
    attempt(text)

print("-- operators")
for text in ("b'xyz' % 'str'", "bytearray(b'x') % 'str'", "b'x' % {}", "'x' % deque([1])", "1 in (int | str)", "(1,) | (int | str)",
             "(int | str) | (1,)", "typing.Union[(1,), int]"):
    attempt(text)
for left in (range(3), {1}, {}, memoryview(b"a"), Sub, 1, None, 1.5, len):
    try:
        left *= [1]
    except TypeError as error:
        print(error)

print("-- names of classes")
for text in ("Sub(1, 2)", "Frozen(1, 2)", "super(int, 1, 2)", "super(1)", "type.__new__(type, 1)", "type(1, 2)", "float.__format__(1.0, None)",
             "''.maketrans('a', 'b', None)", "property().__set_name__(1)"):
    attempt(text)
print(repr(Sub().__len__).split(" at ")[0])


def outer():
    class Inner:
        pass

    return Inner()


print(repr(outer().__init__).split(" at ")[0])
print(repr(types.CellType(outer())).split(": ")[1].split(" at ")[0])
attempt("complex(value)", value=outer())

print("-- pickling")
for text in ("dict.__dict__['fromkeys'].__reduce__()", "(int | str).__reduce__()", "types.ModuleType('m', 'doc').__getstate__()",
             "int.__getstate__()", "object.__reduce_ex__(Sub, 2)"):
    attempt(text)

print("-- attributes")
function = "".join
function.__module__ = 5
print(function.__module__)
del function.__module__
print(function.__module__)
module, namespace, plain = types.ModuleType("m"), types.SimpleNamespace(a=1), {}
for text in ("del module.__dict__", "module.__dict__ = {}", "del namespace.__dict__", "namespace.__dict__ = 1", "plain.__class__ = dict"):
    try:
        exec(text)
    except Exception as error:
        print(text, type(error).__name__, error)
error = UnicodeDecodeError("utf-8", b"ab\xff", 0, 3, "why")
del error.reason, error.encoding
print(error)
print(list(vars(type(iter([])))), list(vars(type(outer() for _ in ())))[:4])

print("-- memoryview")
view = memoryview(bytearray(range(12))).cast("b", (3, 4))
for text in ("view[2**30]", "view[2:1].shape", "view[1:].tolist()", "view[1:, :1]", "view.tobytes(5)", r"view.tobytes('\0')"):
    attempt(text)
for text in ("view[1] = 1", "view[1:] = b''", "view[:, :] = b''", "memoryview(bytearray(3))[{}:] = ''", "memoryview(bytearray(3))[{}:] = b''"):
    try:
        exec(text)
    except Exception as error:
        print(text, type(error).__name__, error)

print("-- ends of iterators")


def done():
    yield 1
    return "done"


numbers = iter(range(2))
ending = done()
next(ending)
try:
    next(zip(numbers, ending, strict=True))
except ValueError as error:
    print(error)
next(numbers)
try:
    next(numbers)
except StopIteration as error:
    print(error.args)


def delegating():
    numbers, ending = iter([1, 2]), done()
    next(ending)
    try:
        next(zip(numbers, ending, strict=True))
    except ValueError:
        pass
    print((yield from numbers))


print(list(delegating()))

print("-- finalizers of generators")


def closing():
    try:
        yield 1
    finally:
        print("closed")


running = closing()
next(running)
print(running.__del__(), list(running))
attempt("closing().__del__(1)", closing=closing)
attempt("type(value).__del__(1)", value=running)


async def agen():
    yield 1


value = agen()
try:
    value.athrow().send(None)
except TypeError as error:
    print(error)

print("-- order of displays")


class Key:
    def __init__(self, name):
        self.name = name
        print("made", name)

    def __hash__(self):
        print("hash", self.name)
        return hash(self.name)

    def __eq__(self, other):
        return self.name == other.name


{Key(1): Key(2), Key(3): 4}
{**{}, Key(1): Key(2), Key(3): 4, **{}, Key(5): 6}
{Key(1): 2, **{}, Key(3): 4, Key(5): 6}
{Key(1), *[], Key(2), Key(3)}

print("-- sources with nothing in them")
for source in ("", "\n", "#a", "#a\n", "\n\n"):
    try:
        compile(source, "f", "eval")
    except SyntaxError as error:
        print(repr(source), error.args[0], error.lineno, error.offset, repr(error.text))
