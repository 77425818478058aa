"""What threads do all day with objects they share: is it twice the work with two threads?

    patterns.py [--threads N] [--repeat K] [--seconds S] [NAME ...]
    patterns.py --list

Each pattern is a statement in a loop, in a function that all threads share as they share everything it names.
One thread does it alone, then each of N does the full work; the two are measured in turn, K times. A line of JSON a
measurement, in seconds a statement: from the first thread's start to the last one's end. Also what the threads used
of the processor, which tells a busy machine from a statement that costs more when it is shared.
"""

import json
import os
import sys
import threading
import time

SHARED = '''
import abc, array, collections, contextlib, contextvars, copy, dataclasses, datetime, enum, functools, io, itertools, json
import logging, math, operator, queue, random, re, string, struct, threading, weakref

NUMBER, OTHER, TEXT, WORD = 12345, 678, "some text of no great length", "word"
NUMBERS = list(range(100))
SHUFFLED = [i * 37 % 101 for i in range(100)]
PAIR, TRIPLE = (1, 2), (1, 2, 3)
TABLE = {f"key{i}": i for i in range(100)}
BY_NUMBER = {i: str(i) for i in range(100)}
MEMBERS = set(range(100))
FROZEN = frozenset(range(100))
WORDS = [f"word{i}" for i in range(20)]
DATA = bytes(range(100))
MIXED = [1, "two", 3.0, None, (4, 5)]


def plain(a, b):
    return a


def defaults(a, b=2, *, c=3):
    return a


def starred(*args, **kwargs):
    return args


def closure():
    value = [1]

    def inner():
        return value
    return inner


def counting(limit):
    for i in range(limit):
        yield i


CLOSED = closure()
LAMBDA = lambda x: x


class Base:
    level = 1

    def method(self, value):
        return value


class Thing(Base):
    shared = 5

    def __init__(self, x=1, y=2):
        self.x = x
        self.y = y

    def method(self, value):
        return super().method(value)

    def simple(self):
        return self.x

    @property
    def prop(self):
        return self.x

    @classmethod
    def cls(cls):
        return cls

    @staticmethod
    def static():
        return 1

    def __len__(self):
        return 3

    def __eq__(self, other):
        return self.x == other.x

    def __hash__(self):
        return 7

    def __getitem__(self, index):
        return index

    def __contains__(self, value):
        return True

    def __call__(self):
        return 1

    def __bool__(self):
        return True

    def __add__(self, other):
        return self

    def __iter__(self):
        return iter(PAIR)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Fallback:
    def __getattr__(self, name):
        return name


class Abstract(abc.ABC):
    pass


Abstract.register(Thing)


@dataclasses.dataclass
class Record:
    a: int
    b: str = "b"


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
    b: str = "b"


Named = collections.namedtuple("Named", "a b c")


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Bits(enum.IntFlag):
    READ = 1
    WRITE = 2


class Failure(Exception):
    pass


THING, LIKE, SLOTTED, FALLBACK = Thing(), Thing(), Slotted(1, 2), Fallback()
BOUND = THING.simple
RECORD, SAME_RECORD, FROZEN_RECORD, NAMED = Record(1), Record(1), Frozen(1), Named(1, 2, 3)
LOCAL = threading.local()
VARIABLE = contextvars.ContextVar("variable", default=1)
PATTERN = re.compile(r"(\\w+)=(\\d+)")
DOCUMENT = {"a": [1, 2, {"b": None}], "text": "some", "number": 1.5}
NESTED = [[1, 2], {"a": (3, 4)}, "text"]
DOCUMENT_TEXT = json.dumps(DOCUMENT)
FORMAT = struct.Struct("<ihd")
PACKED = FORMAT.pack(1, 2, 3.0)
MOMENT, DAY = datetime.datetime(2026, 11, 29, 12), datetime.timedelta(days=1)
LOGGER = logging.getLogger("sharing")
PARTIAL = functools.partial(plain, 1)
TEMPLATE = string.Template("$a and $b")
GETTER = operator.attrgetter("x")
ITEM = operator.itemgetter(1)
COUNTER = collections.Counter("abracadabra")
CHAINED = collections.ChainMap({"a": 1}, TABLE)
DEFAULTED = collections.defaultdict(list, a=[1])
DEQUE = collections.deque(range(100))
ARRAY = array.array("d", range(100))
BYTES = bytearray(range(100))
VIEW = memoryview(BYTES)
REFERENCE = weakref.ref(THING)
SPLIT = "one,two,three,four"


@functools.lru_cache(maxsize=None)
def cached(value):
    return value


@functools.wraps(plain)
def wrapper(*args):
    return plain(*args)


@contextlib.contextmanager
def managed():
    yield 1


@functools.singledispatch
def dispatched(value):
    return 0


@dispatched.register
def _(value: int):
    return 1


cached(1)
'''

# Name, statement, and what each thread does for itself beforehand.
PATTERNS = [
    ("empty loop", "pass"),
    ("global read", "NUMBER"),
    ("builtin read", "len"),
    ("global write, own name", "globals()[name] = i", "name = f'own{threading.get_ident()}'"),
    ("call a function", "plain(1, 2)"),
    ("call with keywords", "defaults(1, c=4)"),
    ("call with stars", "starred(*PAIR, **{'k': 1})"),
    ("call a closure", "CLOSED()"),
    ("call a lambda", "LAMBDA(1)"),
    ("call a bound method", "BOUND()"),
    ("call a method", "THING.simple()"),
    ("call a class method", "Thing.cls()"),
    ("call a static method", "THING.static()"),
    ("call super", "THING.method(1)"),
    ("call a builtin", "len(NUMBERS)"),
    ("bind a method", "THING.simple"),
    ("attribute of an instance", "THING.x"),
    ("attribute of a class", "THING.shared"),
    ("attribute of a class itself", "Thing.level"),
    ("attribute of a module", "math.pi"),
    ("attribute of a slot", "SLOTTED.x"),
    ("attribute by property", "THING.prop"),
    ("attribute by __getattr__", "FALLBACK.anything"),
    ("getattr with default", "getattr(THING, 'missing', None)"),
    ("hasattr", "hasattr(THING, 'x')"),
    ("attribute write, own object", "own.x = i", "own = Thing()"),
    ("dict[k]", "TABLE['key5']"),
    ("dict[int]", "BY_NUMBER[7]"),
    ("dict.get", "TABLE.get('key7')"),
    ("dict in", "'key9' in TABLE"),
    ("dict of tuples", "d[1, 2]", "d = {PAIR: 1}"),
    ("dict iteration", "for k, v in TABLE.items(): pass"),
    ("set in", "50 in MEMBERS"),
    ("frozenset in", "50 in FROZEN"),
    ("set union", "MEMBERS | FROZEN"),
    ("list index", "NUMBERS[50]"),
    ("list slice", "NUMBERS[10:20]"),
    ("list in", "20 in NUMBERS"),
    ("list iteration", "for x in NUMBERS: pass"),
    ("list copy", "NUMBERS.copy()"),
    ("list +", "NUMBERS + NUMBERS"),
    ("tuple unpack", "a, b, c = TRIPLE"),
    ("tuple index", "TRIPLE[1]"),
    ("deque index", "DEQUE[0]"),
    ("deque iteration", "for x in DEQUE: pass"),
    ("bytes index", "DATA[5]"),
    ("bytearray index", "BYTES[5]"),
    ("bytearray methods", "BYTES.find(b'abc'); BYTES.startswith(b'x'); bytes(BYTES)"),
    ("array index", "ARRAY[5]"),
    ("array iteration", "for x in ARRAY: pass"),
    ("memoryview index", "VIEW[5]"),
    ("memoryview slice", "VIEW[2:5]"),
    ("str methods", "TEXT.upper(); TEXT.startswith('some'); TEXT.find('great')"),
    ("str split", "SPLIT.split(',')"),
    ("str join", "', '.join(WORDS)"),
    ("str replace", "TEXT.replace('text', 'word')"),
    ("str +", "TEXT + WORD"),
    ("str compare", "TEXT == WORD"),
    ("str iteration", "for letter in WORD: pass"),
    ("str hash of a new one", "hash(TEXT + WORD)"),
    ("f-string", "f'{NUMBER} {TEXT} {OTHER:05}'"),
    ("% formatting", "'%s is %d' % (TEXT, NUMBER)"),
    ("str.format", "'{} is {:>8}'.format(TEXT, NUMBER)"),
    ("int compare", "NUMBER < OTHER"),
    ("int arithmetic", "NUMBER * OTHER + NUMBER"),
    ("big int arithmetic", "big * big", "big = 3 ** 100"),
    ("float arithmetic", "x * 1.5 + x", "x = 2.5"),
    ("str(int), int(str)", "int(str(NUMBER))"),
    ("isinstance of a class", "isinstance(THING, Base)"),
    ("isinstance of several", "isinstance(THING, (int, str, Thing))"),
    ("isinstance of an ABC", "isinstance(THING, Abstract)"),
    ("isinstance of collections.abc", "isinstance(NUMBERS, collections.abc.Sequence)"),
    ("issubclass", "issubclass(Thing, Base)"),
    ("type()", "type(THING) is Thing"),
    ("__len__", "len(THING)"),
    ("__eq__", "THING == LIKE"),
    ("__hash__", "hash(THING)"),
    ("__getitem__", "THING[0]"),
    ("__contains__", "1 in THING"),
    ("__call__", "THING()"),
    ("__bool__", "not THING"),
    ("__add__", "THING + 1"),
    ("__iter__", "for x in THING: pass"),
    ("with an own class", "with THING: pass"),
    ("with a contextmanager", "with managed(): pass"),
    ("raise and catch", "try:\n            raise Failure('x')\n        except Failure as e: pass"),
    ("catch a KeyError", "try:\n            TABLE[0]\n        except KeyError: pass"),
    ("try without exception", "try:\n            NUMBER\n        finally: pass"),
    ("import of what is there", "import math"),
    ("from import", "from math import pi"),
    ("create an instance", "Thing(1, 2)"),
    ("create with slots", "Slotted(1, 2)"),
    ("create an empty object", "object()"),
    ("create a list", "[NUMBER, OTHER, i]"),
    ("create a tuple", "(NUMBER, OTHER, i)"),
    ("create a dict", "{'a': NUMBER, 'b': i}"),
    ("create a set", "{NUMBER, OTHER, i}"),
    ("create a closure", "lambda: i"),
    ("create a float", "float(i)"),
    ("create a class", "type('Made', (), {})"),
    ("list comprehension", "[x for x in PAIR]"),
    ("dict comprehension", "{x: x for x in PAIR}"),
    ("generator", "for x in counting(5): pass"),
    ("generator expression", "sum(x for x in TRIPLE)"),
    ("list.append, own list", "own.append(i)", "own = []"),
    ("list.append and pop, own list", "own.append(i); own.pop()", "own = []"),
    ("dict write, own dict", "own[i & 255] = i", "own = {}"),
    ("set add, own set", "own.add(i & 255)", "own = set()"),
    ("deque, own", "own.append(i); own.popleft()", "own = collections.deque()"),
    ("dataclass creation", "Record(1, 'c')"),
    ("dataclass comparison", "RECORD == SAME_RECORD"),
    ("dataclass replace", "dataclasses.replace(RECORD, a=2)"),
    ("frozen dataclass creation", "Frozen(1, 'c')"),
    ("frozen dataclass hash", "hash(FROZEN_RECORD)"),
    ("dataclass asdict", "dataclasses.asdict(RECORD)"),
    ("namedtuple creation", "Named(1, 2, 3)"),
    ("namedtuple field", "NAMED.b"),
    ("namedtuple replace", "NAMED._replace(a=5)"),
    ("enum member", "Colour.RED"),
    ("enum value", "Colour.RED.value"),
    ("enum by value", "Colour(2)"),
    ("enum comparison", "Colour.RED is Colour.BLUE"),
    ("flag or", "Bits.READ | Bits.WRITE"),
    ("threading.local get", "LOCAL.x", "LOCAL.x = 1"),
    ("threading.local set", "LOCAL.x = i"),
    ("lock, own", "with own: pass", "own = threading.Lock()"),
    ("rlock, own", "with own: pass", "own = threading.RLock()"),
    ("queue, own", "own.put(i); own.get()", "own = queue.Queue()"),
    ("simple queue, own", "own.put(i); own.get()", "own = queue.SimpleQueue()"),
    ("event is_set, own", "own.is_set()", "own = threading.Event()"),
    ("current_thread", "threading.current_thread()"),
    ("get_ident", "threading.get_ident()"),
    ("contextvar get", "VARIABLE.get()"),
    ("contextvar set", "VARIABLE.set(i)"),
    ("contextvars.copy_context", "contextvars.copy_context()"),
    ("deepcopy", "copy.deepcopy(NESTED)"),
    ("copy of a list", "copy.copy(NUMBERS)"),
    ("copy of an object", "copy.copy(THING)"),
    ("regex match", "PATTERN.match('abc=123')"),
    ("regex by text", "re.match(r'(\\w+)=(\\d+)', 'abc=123')"),
    ("regex sub", "PATTERN.sub('x', 'abc=123 d=5')"),
    ("json dumps", "json.dumps(DOCUMENT)"),
    ("json loads", "json.loads(DOCUMENT_TEXT)"),
    ("struct pack", "FORMAT.pack(1, 2, 3.0)"),
    ("struct unpack", "FORMAT.unpack(PACKED)"),
    ("struct.pack by text", "struct.pack('<ihd', 1, 2, 3.0)"),
    ("datetime arithmetic", "MOMENT + DAY"),
    ("datetime comparison", "MOMENT < MOMENT"),
    ("datetime isoformat", "MOMENT.isoformat()"),
    ("datetime strftime", "MOMENT.strftime('%Y-%m-%d')"),
    ("random, own", "own.random()", "own = random.Random(1)"),
    ("random, shared", "random.random()"),
    ("randint, own", "own.randint(1, 6)", "own = random.Random(1)"),
    ("logging below the level", "LOGGER.debug('x %s', 1)"),
    ("isEnabledFor", "LOGGER.isEnabledFor(10)"),
    ("functools.partial", "PARTIAL(2)"),
    ("lru_cache hit", "cached(1)"),
    ("functools.wraps", "wrapper(1, 2)"),
    ("singledispatch", "dispatched(1)"),
    ("functools.reduce", "functools.reduce(operator.add, TRIPLE)"),
    ("attrgetter", "GETTER(THING)"),
    ("itemgetter", "ITEM(TRIPLE)"),
    ("sorted", "sorted(SHUFFLED)"),
    ("sorted with key", "sorted(WORDS, key=len)"),
    ("sum", "sum(NUMBERS)"),
    ("max", "max(SHUFFLED)"),
    ("any of a generator", "any(x > 50 for x in TRIPLE)"),
    ("enumerate", "for i, x in enumerate(TRIPLE): pass"),
    ("zip", "for a, b in zip(TRIPLE, TRIPLE): pass"),
    ("map", "list(map(str, TRIPLE))"),
    ("filter", "list(filter(None, TRIPLE))"),
    ("reversed", "for x in reversed(TRIPLE): pass"),
    ("range", "for x in range(5): pass"),
    ("itertools.chain", "for x in itertools.chain(PAIR, TRIPLE): pass"),
    ("collections.Counter", "COUNTER['a']"),
    ("ChainMap", "CHAINED['key1']"),
    ("defaultdict", "DEFAULTED['a']"),
    ("StringIO, own", "own.write('x')", "own = io.StringIO()"),
    ("weak reference", "REFERENCE()"),
    ("make a weak reference", "weakref.ref(THING)"),
    ("match statement", "match TRIPLE:\n            case (1, y, z): pass"),
    ("string.Template", "TEMPLATE.substitute(a=1, b=2)"),
    ("math functions", "math.sqrt(2.0); math.floor(2.5)"),
    ("id", "id(THING)"),
    ("repr of a list", "repr(MIXED)"),
    ("time", "time.time()", "import time"),
]


def functions():
    """The shared namespace's functions, by pattern."""
    namespace = {"__name__": "shared"}
    exec(SHARED, namespace)
    found = {}
    for name, statement, *own in PATTERNS:
        head = ["def work(times):", *(f"    {line}" for line in own)]
        text = "\n".join([*head, "    for i in range(times):", f"        {statement}"])
        scope = {}
        exec(compile(text, name, "exec"), namespace, scope)
        found[name] = scope["work"]
    return found


def pin(index):
    """Keeps a thread on a processor of its own: on a busy machine the system may put two of them on one."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {PROCESSORS[index % len(PROCESSORS)]})


PROCESSORS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def measure(work, times, count):
    """Seconds from the first start to the last end, and the mean of processor seconds of a thread."""
    barrier = threading.Barrier(count)
    spans, used, errors = [], [], []

    def thread(index):
        try:
            pin(index)
            barrier.wait()
            before = time.thread_time()
            start = time.perf_counter()
            work(times)
            spans.append((start, time.perf_counter()))
            used.append(time.thread_time() - before)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=thread, args=(index,)) for index in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if errors:
        raise errors[0]
    return max(end for _, end in spans) - min(start for start, _ in spans), sum(used) / count


def calibrate(work, seconds):
    """How many times fill about `seconds`; also warms whatever warms."""
    times = 100
    while True:
        taken, _ = measure(work, times, 1)
        if taken >= seconds / 4:
            return max(1, int(times * seconds / taken))
        times *= 4


def rounded(seconds):
    """As many digits as mean something."""
    return float(f"{seconds:.4g}")


def main(words):
    count, repeat, seconds = 2, 7, 0.005
    while words and words[0].startswith("--"):
        option = words.pop(0)
        if option == "--list":
            print(*(name for name, *_ in PATTERNS), sep="\n")
            return
        value = words.pop(0)
        if option == "--threads":
            count = int(value)
        elif option == "--repeat":
            repeat = int(value)
        elif option == "--seconds":
            seconds = float(value)
        else:
            sys.exit(__doc__)
    for name, work in functions().items():
        if words and name not in words:
            continue
        try:
            times = calibrate(work, seconds)
            pairs = [(measure(work, times, 1), measure(work, times, count)) for _ in range(repeat)]
        except Exception as error:
            print(json.dumps({"name": name, "error": f"{type(error).__name__}: {error}"}), flush=True)
            continue
        for index, title in enumerate(("one thread", f"{count} threads")):
            print(json.dumps({
                "name": name,
                "measure": title,
                "seconds": [rounded(pair[index][0] / times) for pair in pairs],
                "cpu": [rounded(pair[index][1] / times) for pair in pairs],
            }), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
