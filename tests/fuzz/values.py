"""The pool of values that the cases draw from: expressions, by kind, and the classes they need.

The nasty ones are here: edges of machine integers, nan, signed zeros, lone surrogates, empty things, huge
things, subclasses that override what the built-in type does, and objects that change the receiver while
it is at work."""

import types
from collections import OrderedDict, defaultdict, deque, Counter, ChainMap, UserDict, namedtuple


class I(int):
    """An int with behaviour of its own."""

    def __repr__(self):
        return f"I({int.__repr__(self)})"

    def __add__(self, other):
        return ("I.add", other)

    def __radd__(self, other):
        return ("I.radd", other)


class F(float):
    def __str__(self):
        return "F!"

    def __mul__(self, other):
        return NotImplemented


class S(str):
    def __str__(self):
        return "S!" + str.__str__(self)

    def __mod__(self, other):
        return ("S.mod", other)


class B(bytes):
    def __eq__(self, other):
        return "B.eq"

    __hash__ = bytes.__hash__


class L(list):
    def __getitem__(self, index):
        return ("L.item", index)

    def __len__(self):
        return list.__len__(self)

    def __iter__(self):
        return iter([9, 8, 7])


class T(tuple):
    def __iter__(self):
        return iter("xyz")

    def __add__(self, other):
        return ("T.add", other)


class D(dict):
    def __missing__(self, key):
        return ("missing", key)

    def keys(self):
        return ["k1", "k2"]


class X(set):
    def __contains__(self, item):
        return 7

    def __ror__(self, other):
        return ("X.ror", len(other))


class Index:
    """An index that is no int."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Floaty:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


class Complexy:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


class Fails:
    """Every question it is asked, it answers with an exception."""

    def fail(self, *others):
        raise LookupError("Fails")

    __eq__ = __lt__ = __gt__ = __index__ = __len__ = __iter__ = __bool__ = __float__ = __int__ = fail
    __add__ = __radd__ = __mul__ = __rmul__ = __getitem__ = __contains__ = __call__ = __format__ = fail

    def __hash__(self):
        raise KeyError("unhashable")


class Lies:
    """A length and a hint that are not true, a hash that is not the value's."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if index >= 3:
            raise IndexError("end of Lies")
        return index * 2

    def __length_hint__(self):
        return self.length

    def __eq__(self, other):
        return []

    def __hash__(self):
        return self.length

    def __bool__(self):
        return 1


class Clears:
    """Changes the receiver when it is compared, hashed, or used as an index."""

    def __init__(self, target):
        self.target = target

    def spoil(self):
        target = self.target
        for name in ("clear", "release", "popitem"):
            method = getattr(target, name, None)
            if method is not None:
                try:
                    method()
                except Exception:
                    pass
                return

    def __eq__(self, other):
        self.spoil()
        return False

    def __lt__(self, other):
        self.spoil()
        return True

    def __hash__(self):
        self.spoil()
        return 1

    def __index__(self):
        self.spoil()
        return 1

    def __iter__(self):
        self.spoil()
        return iter([1, 2])

    def __len__(self):
        self.spoil()
        return 2


class Grows:
    """Lengthens the receiver when it is looked at."""

    def __init__(self, target):
        self.target = target

    def grow(self):
        target = self.target
        if isinstance(target, list) and len(target) < 50:
            target.append(5)
        elif isinstance(target, bytearray) and len(target) < 50:
            target.extend(b"grown")
        elif isinstance(target, dict) and len(target) < 50:
            target[f"new{len(target)}"] = 1
        elif isinstance(target, set) and len(target) < 50:
            target.add(f"new{len(target)}")

    def __eq__(self, other):
        self.grow()
        return True

    def __hash__(self):
        return 3

    def __index__(self):
        self.grow()
        return 2

    def __next__(self):
        self.grow()
        raise StopIteration

    def __iter__(self):
        self.grow()
        return self


class Odd:
    """Answers of the wrong type."""

    def answer(self, *others):
        return "odd"

    __index__ = __int__ = __float__ = __len__ = __bool__ = __hash__ = __complex__ = answer
    __iter__ = __length_hint__ = __bytes__ = __next__ = answer

    def __str__(self):
        return 5

    def __repr__(self):
        return "Odd()"

    def __format__(self, spec):
        return 6

    __reduce_ex__ = answer


class Reflected:
    """Takes part in every operator from the right."""

    def answer(self, other):
        return ("reflected", type(other).__name__)

    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rpow__ = answer
    __rand__ = __ror__ = __rxor__ = __rlshift__ = __rrshift__ = __rdivmod__ = __rmatmul__ = answer
    __lt__ = __le__ = __gt__ = __ge__ = answer


class Maps:
    """Just enough of a mapping."""

    def keys(self):
        return ["a", "b"]

    def __getitem__(self, key):
        if type(key) is int and key == 30:
            raise IndexError("end of Maps")
        return key * 2


def fresh():
    """The names that a case may change: made anew for each that uses one."""

    class Slotted:
        __slots__ = ("one", "two")

        def __init__(self):
            self.one = 1

    class Plain:
        kept = 5

        def __init__(self):
            self.field = 1

        def method(self, value=3):
            return value

        @classmethod
        def of(cls):
            return cls.__name__

        @staticmethod
        def static():
            return "static"

        @property
        def half(self):
            return self.field

        @half.setter
        def half(self, value):
            self.field = value

    class Meta(type):
        def __len__(cls):
            return 11

    class WithMeta(metaclass=Meta):
        pass

    return {"Slotted": Slotted, "Plain": Plain, "Meta": Meta, "WithMeta": WithMeta}


FRESH = ("Slotted", "Plain", "Meta")

Point = namedtuple("Point", "x y", defaults=[2])


def plain(a, b=2, /, c=3, *rest, d, e=5, **more):
    """Has every kind of parameter."""
    return (a, b, c, rest, d, e, more)


def simple(first, second=2):
    return first


def closure():
    kept = 1

    def inner():
        return kept

    return inner


def counting(limit=3):
    """A generator that answers what it is sent."""
    for number in range(limit):
        try:
            got = yield number
            if got is not None:
                yield ("sent", got)
        except ValueError as error:
            yield ("caught", str(error))
    return "done"


async def coroutine():
    return 5


async def agen():
    yield 1


def started():
    generator = counting()
    next(generator)
    return generator


def finished():
    generator = counting(1)
    list(generator)
    return generator


def frame():
    here = 1
    import sys

    return sys._getframe()


def trace():
    try:
        1 // 0
    except ZeroDivisionError as error:
        return error.__traceback__


def caught(kind, *arguments):
    try:
        raise kind(*arguments)
    except BaseException as error:
        return error


def released():
    view = memoryview(b"abc")
    view.release()
    return view


def copied(function):
    """A function that a case may change."""
    made = types.FunctionType(function.__code__, globals(), function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__ and dict(function.__kwdefaults__)
    return made


def selfish():
    """A list in itself."""
    made = [1]
    made.append(made)
    return made


def selfish_dict():
    made = {"a": 1}
    made["self"] = made
    return made


SMALL = ["0", "1", "2", "3", "-1", "-2", "5", "7", "10", "16", "36", "255", "256"]
INTS = SMALL + [
    "-5", "-3", "100", "-100", "2**31-1", "2**31", "-2**31", "2**32", "2**62", "2**63-1", "2**63", "-2**63", "-2**63-1", "2**64",
    "2**64-1", "10**20", "-10**20", "10**40", "3**200", "-3**200", "2**1000+1", "True", "False", "I(3)", "I(-7)", "12345678901",
    "2**30", "2**30-1", "-2**30", "2**60", "2**53+1", "0x110000", "0xd800", "127", "128", "-128", "-129", "57",
]
FLOATS = [
    "0.0", "-0.0", "1.0", "-1.5", "0.1", "2.5", "3.5", "1e16", "1e22", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308",
    "float('inf')", "float('-inf')", "float('nan')", "123456.789", "1e-5", "1e100", "-1e-7", "0.5", "1/3", "9007199254740993.0",
    "F(2.5)", "1e15", "99999.99999", "2.675", "1.005", "-2.0", "4.0", "1e17", "0.00001234",
]
COMPLEXES = ["0j", "1+2j", "-0.0-0.0j", "complex('nan+infj')", "3-4j", "1e300+1e300j", "complex(0.0, -0.0)", "2+0j", "-1j", "complex(float('inf'), 1)", "0.5j"]
STRS = [
    "''", "'a'", "'abc'", "'ABC'", "' ab cd '", "'a,b,c'", "'1'", "'-12'", "' 42 '", "'0x1f'", "'1_000'", "'1__0'", "'3.5e2'", "'nan'", "'\\ud800'",
    "'a\\udc80b'", "'\\U0001f600x'", "'\\u00e9t\\u00e9'", "'stra\\u00dfe'", "'\\u0130I'", "'\\ufb01x'", "'a\\nb\\r\\nc\\x0bd\\u2028e'", "'\\0'", "'tab\\tbed'",
    "'a'*60", "'ab'*30", "'%s'", "'%d%%'", "'{}'", "'{0!r:>5}'", "'{a}'", "'{a[0].b}'", "S('sub')", "'\\u0661\\u0662'", "'\\u00bd'", "'1e400'", "'xyz'",
    "'Hello World'", "'aaa'", "'b'", "'utf-8'", "'latin-1'", "'ascii'", "'strict'", "'ignore'", "'replace'", "'surrogateescape'", "'backslashreplace'",
    "'xmlcharrefreplace'", "'namereplace'", "'surrogatepass'", "'little'", "'big'", "'utf-16'", "'utf-32-le'", "'nope'", "'rot13'", "'\\u01c5ungla'", "'\\u03a3\\u0391\\u03a3'", "'aBc Def'",
    "'\\xa0 x\\u3000'", "'inf'", "'1+2j'", "'+-'", "'=='", "'\\u1e9e'", "'_a1'", "'class'", "'x y'", "'\\x1c'", "'0'*30", "'a.b.c'", "'00-7'", "'\\x7f\\x80'", "'\\'\"'", "'9'*25",
]
BYTES = [
    "b''", "b'a'", "b'abc'", "b'ABC'", "b' ab cd '", "b'a,b,c'", "b'1'", "b'-12'", "b' 42 '", "b'1_000'", "b'3.5e2'", "b'\\0'", "b'\\xff\\xfe'", "b'\\xc3\\xa9'", "b'\\xed\\xa0\\x80'",
    "b'ab'*30", "b'%s'", "b'%d'", "b'a\\nb\\r\\nc\\x0bd'", "b'tab\\tbed'", "B(b'sub')", "bytes(range(256))", "b'xyz'", "b'Hello World'", "b'aaa'", "b'0aF1'", "b'\\x80\\x04K\\x05.'",
    "b\"'\\\"\"", "b'\\xf0\\x9f\\x98\\x80'", "b'\\x00\\x00\\x80?'", "b'b'", "b'12345678'",
]
BYTEARRAYS = ["bytearray()", "bytearray(b'a')", "bytearray(b'abc')", "bytearray(b'a,b,c')", "bytearray(b'\\xff\\xfe')", "bytearray(b' ab cd ')", "bytearray(5)", "bytearray(b'abcabcabc')", "bytearray(range(20))"]
VIEWS = [
    "memoryview(b'')", "memoryview(b'abcdefgh')", "memoryview(bytearray(b'abcdefgh'))", "memoryview(b'abcdefgh').cast('H')", "memoryview(bytearray(16)).cast('d')",
    "memoryview(b'abcdefgh')[::2]", "memoryview(bytearray(b'abcdefgh'))[::-1]", "memoryview(bytes(12)).cast('B', (3, 4))", "memoryview(bytearray(range(12))).cast('b', (2, 2, 3))",
    "released()", "memoryview(bytearray(b'abcd'))[1:3]", "memoryview(bytes(8)).cast('q')", "memoryview(bytes(8)).cast('f')", "memoryview(b'ab').cast('c')", "memoryview(b'\\1\\0').cast('?')",
    "memoryview(bytearray(b'abcdefgh')).cast('I')", "memoryview(b'abcdefgh').toreadonly()",
]
LISTS = ["[]", "[1]", "[3, 1, 2]", "[1, 'a', None]", "[[1], [2]]", "[0.5, 1, True]", "['b', 'a']", "list(range(20))", "[nan, nan]", "L([1, 2, 3])", "[(1, 2), (0, 3)]", "[1, 2, 1, 2, 1]", "[b'a', b'b']", "['x', 'y', 'z']", "[Fails()]", "[2**64, -1]"]
TUPLES = ["()", "(1,)", "(3, 1, 2)", "('a', 'b')", "(1, (2, 3))", "T((1, 2))", "Point(1)", "tuple(range(12))", "(None, nan)", "((1, 2), (3, 4))", "('a', ('b', 1))", "(int, str)", "([],)", "(b'x', 'y')"]
DICTS = ["{}", "{'a': 1}", "{'a': 1, 'b': 2, 'c': 3}", "{1: 'x', 2: 'y'}", "D(a=1)", "{'a': {'b': [1]}}", "{nan: 1}", "{1: 1, True: 2, 1.0: 3}", "OrderedDict(a=1, b=2)", "defaultdict(list, {1: [2]})", "dict.fromkeys(range(12))", "{97: 'X', 98: None, 99: 'yz'}", "Counter('aab')", "{(1, 2): 3}", "{'x': 5, 'y': []}"]
SETS = ["set()", "{1}", "{1, 2, 3}", "{'a'}", "X([1, 2])", "{(1, 2)}", "set(range(10))", "{nan}", "{1.0, True}", "{frozenset([1])}"]
FROZENS = ["frozenset()", "frozenset([1, 2])", "frozenset([5, 6, 7])", "frozenset({nan})", "frozenset([frozenset([1])])"]
RANGES = ["range(0)", "range(5)", "range(1, 10, 3)", "range(10, 0, -3)", "range(-5, 5)", "range(7, 7)"]
HUGE_RANGES = ["range(2**63, 2**63+3)", "range(-2**64, 0, 2**62)"]
SLICES = ["slice(None)", "slice(1, 3)", "slice(None, None, -1)", "slice(5, 1, -2)", "slice('a', 'b')", "slice(Index(1), Index(3))", "slice(0, 2**70)", "slice(None, None, 0)", "slice(-2, None)", "slice(1, 100, 2)", "slice(0, 0)", "slice([], 1)"]
ITERATORS = ["iter([1, 2, 3])", "iter('ab')", "iter((1, 2))", "iter({'a': 1})", "iter({'a': 1}.items())", "iter(range(3))", "reversed([1, 2, 3])", "enumerate('ab', 5)", "zip([1, 2], 'ab')", "map(simple, [1, 2])", "filter(None, [0, 1, 2])", "iter(b'ab')", "iter(bytearray(b'ab'))", "iter([1, 2, 3].pop, 1)", "iter({7})", "reversed({'a': 1, 'b': 2})", "iter(Lies(3))", "iter(memoryview(b'ab'))", "reversed(Lies(3))", "iter([])", "counting()", "zip()", "zip([1], [2, 3], strict=True)", "iter(range(2**63, 2**63+2))", "iter('\\u00e9\\u4e00')"]
GENERATORS = ["counting()", "started()", "finished()", "(x for x in [1, 2])", "counting(0)"]
FUNCTIONS = ["plain", "simple", "closure()", "lambda: 3", "lambda *a, **k: (a, k)", "len", "[].append", "str.upper", "Plain().method", "Plain.of", "int", "'a'.join", "int.__add__", "(5).__add__", "print", "Plain.static", "dict.fromkeys", "type", "abs", "repr", "max"]
OBJECTS = ["Index(2)", "Index(-1)", "Index(2**70)", "Index('x')", "Floaty(2.5)", "Floaty('x')", "Complexy(1j)", "Complexy(2)", "Fails()", "Lies(2)", "Lies(-1)", "Lies(2**62)", "Odd()", "Reflected()", "Maps()", "Plain()", "Slotted()", "object()", "None", "...", "NotImplemented"]
CHANGING = ["Clears(a)", "Grows(a)"]
TYPES = ["int", "str", "list", "dict", "type", "object", "Plain", "Meta", "WithMeta", "bool", "tuple", "ValueError", "Slotted", "Point", "I", "L", "BaseException", "float", "bytes", "list[int]", "int | str", "type(None)", "type(iter([]))", "property"]
ERRORS = ["ValueError()", "ValueError('a', 1)", "KeyError('k')", "OSError(2, 'no', 'file')", "OSError(2, 'no')", "caught(TypeError, 'x')", "UnicodeDecodeError('utf-8', b'ab\\xff', 2, 3, 'why')", "UnicodeEncodeError('ascii', 'a\\xe9', 1, 2, 'why')", "StopIteration(5)", "ExceptionGroup('g', [ValueError(1), TypeError('t')])", "SyntaxError('bad', ('f', 1, 2, 'text', 1, 3))", "ImportError('m', name='n', path='p')", "AttributeError('x', name='n', obj=3)", "NameError('n', name='q')", "SystemExit(3)", "BaseExceptionGroup('b', [KeyboardInterrupt()])", "UnicodeTranslateError('ab', 0, 1, 'r')", "ZeroDivisionError('z')", "StopAsyncIteration()"]
VIEWS_OF_DICTS = ["{'a': 1, 'b': 2}.keys()", "{'a': 1, 'b': 2}.values()", "{'a': 1, 'b': 2}.items()", "{}.keys()", "{1: 2}.items()", "{1: []}.items()", "OrderedDict(a=1).keys()", "OrderedDict(a=1).items()"]
SPECS = ["''", "'d'", "'5'", "'<5'", "'^7'", "'*>8'", "'08.3f'", "'+,'", "'#x'", "'_b'", "'e'", "'g'", "'%'", "'c'", "'n'", "'s'", "'.2'", "'010,'", "'=+10'", "'z.1f'", "'10000000000000000000'", "'\\u00e9^5'", "'{}'", "'.0f'", "'#.3g'", "' d'", "'x<'", "'!'", "'._f'", "'.3,f'"]

nan = float("nan")

KINDS = {
    "int": INTS, "float": FLOATS, "complex": COMPLEXES, "str": STRS, "bytes": BYTES, "bytearray": BYTEARRAYS, "memoryview": VIEWS, "list": LISTS,
    "tuple": TUPLES, "dict": DICTS, "set": SETS, "frozenset": FROZENS, "range": RANGES, "slice": SLICES, "iterator": ITERATORS, "generator": GENERATORS,
    "function": FUNCTIONS, "object": OBJECTS, "type": TYPES, "error": ERRORS, "dictview": VIEWS_OF_DICTS, "bool": ["True", "False"], "spec": SPECS, "small": SMALL,
}

# What a case may call a value of: the type's name for `methods.txt`, and the expressions of receivers.
RECEIVERS = {
    "int": INTS, "bool": ["True", "False"], "float": FLOATS, "complex": COMPLEXES, "str": STRS, "bytes": BYTES, "bytearray": BYTEARRAYS, "memoryview": VIEWS,
    "list": LISTS, "tuple": TUPLES, "dict": DICTS[:8] + DICTS[10:12] + DICTS[13:], "set": SETS, "frozenset": FROZENS, "range": RANGES + HUGE_RANGES, "slice": SLICES,
    "dict_keys": ["{'a': 1, 'b': 2}.keys()", "{}.keys()", "{1: 2, 3: 4}.keys()"], "dict_values": ["{'a': 1, 'b': 2}.values()", "{}.values()"],
    "dict_items": ["{'a': 1, 'b': 2}.items()", "{}.items()", "{1: [], 2: 3}.items()"],
    "list_iterator": ["iter([1, 2, 3])", "iter([])"], "list_reverseiterator": ["reversed([1, 2, 3])", "reversed([])"],
    "tuple_iterator": ["iter((1, 2))", "iter(())"], "str_iterator": ["iter('a\\u00e9\\u4e00')"], "str_ascii_iterator": ["iter('abc')"], "bytes_iterator": ["iter(b'abc')"],
    "bytearray_iterator": ["iter(bytearray(b'abc'))"], "dict_keyiterator": ["iter({'a': 1, 'b': 2})", "iter({})"], "dict_valueiterator": ["iter({'a': 1, 'b': 2}.values())"],
    "dict_itemiterator": ["iter({'a': 1, 'b': 2}.items())"], "dict_reversekeyiterator": ["reversed({'a': 1, 'b': 2})"], "dict_reversevalueiterator": ["reversed({'a': 1}.values())"],
    "dict_reverseitemiterator": ["reversed({'a': 1}.items())"], "set_iterator": ["iter({7})", "iter(set())"], "range_iterator": ["iter(range(5))", "iter(range(9, 0, -2))"],
    "longrange_iterator": ["iter(range(2**63, 2**63 + 4))"], "iterator": ["iter(Lies(3))"], "callable_iterator": ["iter([4, 3].pop, 5)", "iter([1, 2, 3].pop, 1)"], "memory_iterator": ["iter(memoryview(b'abc'))"],
    "enumerate": ["enumerate('abc')", "enumerate([1, 2], 2**63 - 1)", "enumerate([], -5)"], "zip": ["zip([1, 2], 'ab')", "zip()", "zip([1], [2, 3], strict=True)"],
    "map": ["map(simple, [1, 2])", "map(lambda a, b: a, [1], [2, 3])", "map(len, [1])", "map(simple, [1], strict=True)"], "filter": ["filter(None, [0, 1, 2])", "filter(len, ['', 'a'])"], "reversed": ["reversed('abc')", "reversed(Lies(3))"],
    "generator": GENERATORS, "coroutine": ["coroutine()"], "async_generator": ["agen()"], "function": ["copied(plain)", "copied(simple)", "closure()", "lambda: 3", "lambda *a, **k: (a, k)"],
    "builtin_function_or_method": ["len", "[].append", "'a'.join", "dict.fromkeys", "abs"], "method": ["Plain().method", "Plain.of"], "method_descriptor": ["str.upper", "list.append", "dict.get"],
    "wrapper_descriptor": ["int.__add__", "object.__init__"], "method-wrapper": ["(5).__add__", "'a'.__len__"], "classmethod_descriptor": ["dict.__dict__['fromkeys']"], "getset_descriptor": ["type.__dict__['__name__']", "int.real"],
    "member_descriptor": ["Slotted.one", "Slotted.two"], "code": ["plain.__code__", "simple.__code__", "counting.__code__"], "frame": ["frame()"], "traceback": ["trace()"], "cell": ["closure().__closure__[0]", "types.CellType()", "types.CellType(5)"],
    "module": ["types.ModuleType('m')", "types.ModuleType('m', 'doc')"], "property": ["property()", "Plain.half", "property(simple, None, None, 'doc')"], "classmethod": ["Plain.__dict__['of']", "classmethod(simple)"], "staticmethod": ["Plain.__dict__['static']", "staticmethod(5)"],
    "super": ["super(I, I(3))", "super(Plain, Plain())", "super(D)"], "type": ["int", "Plain", "WithMeta", "Meta", "Slotted", "type", "object"], "object": ["object()", "Plain()", "Slotted()"], "NoneType": ["None"], "ellipsis": ["..."], "NotImplementedType": ["NotImplemented"],
    "Union": ["int | str", "int | None", "list[int] | dict"], "GenericAlias": ["list[int]", "dict[str, int]", "tuple[int, ...]", "type[int]"], "mappingproxy": ["types.MappingProxyType({'a': 1, 'b': 2})", "types.MappingProxyType({})"], "SimpleNamespace": ["types.SimpleNamespace()", "types.SimpleNamespace(a=1, b=[2])"],
    "BaseException": ["BaseException(1)", "KeyboardInterrupt()"], "ValueError": ["ValueError()", "ValueError('a', 1)"], "KeyError": ["KeyError('k')", "KeyError()", "KeyError(1, 2)"], "OSError": ["OSError(2, 'no', 'file')", "OSError(2, 'no')", "OSError()", "OSError(1, 2, 3, 4, 5)", "OSError(13, 'x', 'f', None, 'g')"],
    "UnicodeDecodeError": ["UnicodeDecodeError('utf-8', b'ab\\xff', 2, 3, 'why')", "UnicodeDecodeError('utf-8', b'ab\\xff', 0, 3, 'why')"], "UnicodeEncodeError": ["UnicodeEncodeError('ascii', 'a\\xe9', 1, 2, 'why')", "UnicodeEncodeError('ascii', 'a\\U0001f600', 0, 2, 'why')"], "UnicodeTranslateError": ["UnicodeTranslateError('ab', 0, 1, 'r')"],
    "StopIteration": ["StopIteration(5)", "StopIteration()"], "ExceptionGroup": ["ExceptionGroup('g', [ValueError(1), TypeError('t')])", "ExceptionGroup('g', [ExceptionGroup('h', [KeyError(1)]), OSError(1, 'x')])"], "SyntaxError": ["SyntaxError('bad', ('f', 1, 2, 'text', 1, 3))", "SyntaxError()", "SyntaxError('m')"],
    "ImportError": ["ImportError('m', name='n', path='p')", "ImportError()"], "AttributeError": ["AttributeError('x', name='n', obj=3)", "AttributeError()"], "NameError": ["NameError('n', name='q')"], "SystemExit": ["SystemExit(3)", "SystemExit()", "SystemExit(1, 2)"],
    "OrderedDict": ["OrderedDict(a=1, b=2)", "OrderedDict()", "OrderedDict([(1, 2), (3, 4), (5, 6)])"], "defaultdict": ["defaultdict(list, {1: [2]})", "defaultdict(None, a=1)", "defaultdict(int)"], "deque": ["deque([1, 2, 3])", "deque()", "deque('abcdef', 4)", "deque([], 0)"],
}
