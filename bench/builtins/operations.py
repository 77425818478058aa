"""How long the everyday operations of the built-in types take.

    operations.py [--repeat K] [--seconds S] [NAME ...]
    operations.py --list

Each operation is a statement, run in a loop in a function. A line of JSON an operation: seconds a statement, K times.
What a statement works on is made before the clock starts.
"""

import argparse
import json
import time

SETUP = '''
import binascii, bisect, collections, copy, functools, heapq, io, itertools, json, math, operator, pickle, re, string, struct, textwrap

def numbers(count):
    """Integers that look drawn by lot, the same everywhere."""
    state, made = 12345, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        made.append(state >> 8)
    return made

INTS = numbers(1000)
SORTED_INTS = sorted(INTS)
FLOATS = [i / 7.0 for i in INTS]
STRINGS = [f"item {i % 4093:05}" for i in INTS]
PAIRS = [(i % 10, s) for i, s in zip(INTS, STRINGS)]
MIXED = [(i % 50, i / 3, str(i)) for i in INTS]
TABLE = {s: i for i, s in enumerate(STRINGS)}
OTHER = {f"other {i}": i for i in range(500)}
BY_INT = {i: i for i in range(1000)}
MEMBERS, MORE = set(range(1000)), set(range(500, 1500))
WORDS = ("the quick brown fox jumps over the lazy dog " * 50).strip()
WORD_LIST = WORDS.split()
LINES = "\\n".join(f"key{i} = value {i * 7}" for i in range(200))
WIDE = "r\\u00e9sum\\u00e9 \\u4e2d\\u6587 \\u0442\\u0435\\u043a\\u0441\\u0442 " * 50
ENCODED, BYTES = WIDE.encode(), WORDS.encode()
DATA = bytes(range(256)) * 40
TEN, HUNDRED, THOUSANDS = 1234567891, 3 ** 209, 7 ** 11833
TEN_2, HUNDRED_2, THOUSANDS_2 = 9876543219, 5 ** 143, 3 ** 20959
HUNDRED_TEXT = str(HUNDRED)
RECORD = struct.Struct("<IhHd8s")
PACKED = RECORD.pack(7, -2, 3, 2.5, b"name") * 100
DOCUMENT = {"name": "orochi", "tags": ["a", "b", "c"] * 5, "rows": [{"id": i, "value": i / 3, "ok": i % 2 == 0, "none": None} for i in range(40)]}
JSON_TEXT = json.dumps(DOCUMENT)
PICKLED = pickle.dumps(DOCUMENT)
PATTERN = re.compile(r"(\\w+) = (\\w+) (\\d+)")
NUMBER = re.compile(r"\\d+")

class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def moved(self, dx):
        return Point(self.x + dx, self.y)
    @property
    def norm(self):
        return self.x
    def __eq__(self, other):
        return self.x == other.x
    def __lt__(self, other):
        return self.x < other.x
    def __hash__(self):
        return self.x

class Slotted:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x
        self.y = y

Row = collections.namedtuple("Row", "x y")
POINT, POINTS = Point(1, 2), [Point(i % 1000, i) for i in INTS[:300]]

def plain(a, b):
    return a
def keywords(a, b=2, *, c=3):
    return a
def starred(*args, **named):
    return args
def counting(limit):
    for i in range(limit):
        yield i
def raises():
    raise ValueError("no")
@functools.lru_cache(maxsize=None)
def cached(a):
    return a
'''

# The name of an operation, its statement.
OPERATIONS = {
    "sort ints": "sorted(INTS)",
    "sort floats": "sorted(FLOATS)",
    "sort strings": "sorted(STRINGS)",
    "sort tuples": "sorted(PAIRS)",
    "sort by key": "sorted(MIXED, key=lambda row: row[1])",
    "sort by itemgetter": "sorted(MIXED, key=operator.itemgetter(2))",
    "sort objects": "sorted(POINTS)",
    "sort sorted": "sorted(SORTED_INTS)",
    "list append": "made = []\nfor i in INTS: made.append(i)",
    "list comprehension": "[i + 1 for i in INTS]",
    "list slice": "INTS[10:900]",
    "list concatenate": "INTS + SORTED_INTS",
    "list extend": "made = []; made.extend(INTS); made.extend(SORTED_INTS)",
    "list contains": "-1 in INTS",
    "list index and count": "INTS.index(INTS[900]); INTS.count(5)",
    "list reverse and copy": "made = INTS.copy(); made.reverse()",
    "list insert and pop": "made = [1, 2, 3]\nfor i in range(50): made.insert(0, i)\nwhile made: made.pop(0)",
    "list compare": "INTS == list(INTS)",
    "tuple build and unpack": "for a, b in PAIRS: c = (b, a)",
    "dict build": "{s: i for i, s in enumerate(STRINGS)}",
    "dict lookup": "for s in STRINGS: TABLE[s]",
    "dict get": "get = TABLE.get\nfor s in STRINGS: get(s, None)",
    "dict iterate items": "for k, v in TABLE.items(): pass",
    "dict merge": "TABLE | OTHER",
    "dict update": "made = dict(TABLE); made.update(OTHER)",
    "dict by int": "for i in range(1000): BY_INT[i]",
    "dict set and delete": "made = {}\nfor s in STRINGS: made[s] = 1\nfor s in TABLE: del made[s]",
    "dict setdefault": "made = {}\nfor k, v in PAIRS: made.setdefault(k, []).append(v)",
    "defaultdict": "made = collections.defaultdict(list)\nfor k, v in PAIRS: made[k].append(v)",
    "Counter": "collections.Counter(WORD_LIST)",
    "set build": "set(STRINGS)",
    "set operations": "MEMBERS & MORE; MEMBERS | MORE; MEMBERS - MORE; MEMBERS ^ MORE",
    "set contains": "for i in INTS: i in MEMBERS",
    "set add": "made = set()\nfor i in INTS: made.add(i)",
    "str join": "', '.join(STRINGS)",
    "str split": "WORDS.split()",
    "str split by": "WORDS.split(' ')",
    "str splitlines": "LINES.splitlines()",
    "str find": "WORDS.find('lazy cat')",
    "str find char": "WORDS.find('@')",
    "str count": "WORDS.count('fox')",
    "str replace": "WORDS.replace('fox', 'cat')",
    "str replace char": "WORDS.replace('o', '0')",
    "str strip": "for s in STRINGS: s.strip()",
    "str upper lower": "WORDS.upper(); WORDS.lower()",
    "str startswith": "for s in STRINGS: s.startswith('item 0')",
    "str format": "for i in range(100): '{} and {:>5}'.format(i, 'b')",
    "f-string": "for i in range(100): f'{i} and {i:>5} or {i!r}'",
    "percent format": "for i in range(100): '%d and %5s' % (i, 'b')",
    "str concatenate": "made = ''\nfor s in STRINGS: made += s",
    "str encode": "WIDE.encode()",
    "str decode": "ENCODED.decode()",
    "str encode ascii": "WORDS.encode('ascii')",
    "str translate": "WORDS.translate({111: '0', 101: None})",
    "str iterate": "for c in WORDS: pass",
    "str compare": "for s in STRINGS: s == 'item 00000'",
    "str index": "for i in range(500): WORDS[i]",
    "str isdigit": "for s in STRINGS: s.isdigit()",
    "bytes find": "DATA.find(b'\\xfe\\xfd')",
    "bytes join": "b','.join([BYTES, BYTES, BYTES])",
    "bytes split": "BYTES.split(b' ')",
    "bytes hex": "DATA.hex()",
    "bytes replace": "BYTES.replace(b'fox', b'cat')",
    "bytearray append": "made = bytearray()\nfor i in range(500): made.append(i & 255)",
    "memoryview slice": "view = memoryview(DATA)\nfor i in range(100): view[i:i + 50]",
    "int of 10 digits": "for i in range(100): TEN * TEN_2; TEN_2 // TEN; TEN + TEN_2",
    "int of 100 digits multiply": "for i in range(100): HUNDRED * HUNDRED_2",
    "int of 100 digits divide": "for i in range(100): HUNDRED // 12345678901234567890",
    "int of 10000 digits multiply": "THOUSANDS * THOUSANDS_2",
    "int of 10000 digits divide": "(THOUSANDS * 3) // THOUSANDS_2; THOUSANDS % HUNDRED",
    "int power": "3 ** 500; pow(HUNDRED, 65537, HUNDRED_2)",
    "int to str": "for i in INTS: str(i)",
    "int from str": "for i in range(100): int('1234567'); int('-42')",
    "int of 100 digits to str": "for i in range(20): str(HUNDRED)",
    "int of 100 digits from str": "for i in range(20): int(HUNDRED_TEXT)",
    "int bits": "for i in INTS: (i << 3 ^ i) & 0xffff | i >> 5",
    "float arithmetic": "for x in FLOATS: x * 1.5 + x / 3.0",
    "float to str": "for x in FLOATS[:200]: str(x)",
    "float from str": "for i in range(100): float('123.456e3')",
    "float round": "for x in FLOATS[:200]: round(x, 2)",
    "math functions": "for x in FLOATS[:300]: math.sqrt(x); math.floor(x); math.sin(x)",
    "struct pack": "for i in range(50): RECORD.pack(i, -2, 3, 2.5, b'name')",
    "struct unpack": "for row in RECORD.iter_unpack(PACKED): pass",
    "json dumps": "json.dumps(DOCUMENT)",
    "json loads": "json.loads(JSON_TEXT)",
    "pickle dumps": "pickle.dumps(DOCUMENT)",
    "pickle loads": "pickle.loads(PICKLED)",
    "copy deepcopy": "copy.deepcopy(DOCUMENT['rows'][:5])",
    "regex findall": "PATTERN.findall(LINES)",
    "regex sub": "NUMBER.sub('n', LINES)",
    "regex match": "match = NUMBER.match\nfor i in range(100): match('12345 rest')",
    "sum ints": "sum(INTS)",
    "sum floats": "sum(FLOATS)",
    "min and max": "min(INTS); max(FLOATS)",
    "min by key": "min(STRINGS, key=len)",
    "any and all": "any(i < 0 for i in INTS); all(i >= 0 for i in INTS)",
    "zip": "for a, b in zip(INTS, FLOATS): pass",
    "enumerate": "for i, x in enumerate(INTS): pass",
    "map and filter": "list(map(str, INTS[:200])); list(filter(None, INTS))",
    "range": "for i in range(1000): pass",
    "reversed": "for i in reversed(INTS): pass",
    "itertools": "list(itertools.islice(itertools.chain(INTS, FLOATS), 1500)); list(itertools.accumulate(INTS))",
    "product and permutations": "for p in itertools.product(range(8), repeat=3): pass\nfor p in itertools.permutations(range(5)): pass",
    "reduce": "functools.reduce(operator.add, INTS)",
    "heapq": "heap = []\nfor i in INTS[:200]: heapq.heappush(heap, i)\nwhile heap: heapq.heappop(heap)",
    "bisect": "for i in INTS[:200]: bisect.bisect(SORTED_INTS, i)",
    "deque": "made = collections.deque(maxlen=100)\nfor i in INTS: made.append(i)\nwhile made: made.popleft()",
    "namedtuple": "for i in range(200): Row(i, 2).x",
    "attribute": "for i in range(500): POINT.x; POINT.y",
    "attribute set": "for i in range(500): POINT.y = i",
    "property": "for i in range(500): POINT.norm",
    "method call": "for i in range(200): POINT.moved(i)",
    "instance": "for i in range(200): Point(i, i)",
    "instance with slots": "for i in range(200): Slotted(i, i)",
    "isinstance": "for x in MIXED: isinstance(x, (list, tuple))",
    "call": "for i in range(500): plain(i, 2)",
    "call with keywords": "for i in range(500): keywords(i, c=4)",
    "call with stars": "for i in range(200): starred(*PAIRS[0], x=1)",
    "call cached": "for i in range(500): cached(5)",
    "builtin call": "for s in STRINGS: len(s)",
    "generator": "for i in counting(500): pass",
    "generator expression": "sum(i * 2 for i in INTS)",
    "try": "for i in range(500):\n    try: i\n    except ValueError: pass",
    "exception": "for i in range(100):\n    try: raises()\n    except ValueError: pass",
    "exception of key": "for i in range(100):\n    try: TABLE[i]\n    except KeyError: pass",
    "StringIO": "made = io.StringIO()\nfor s in STRINGS: made.write(s)\nmade.getvalue()",
    "type and id": "for x in MIXED: type(x) is tuple",
    "hash": "for s in PAIRS: hash(s)",
    "repr": "repr(MIXED[:100])",
    "textwrap": "textwrap.fill(WORDS[:300], 40)",
    "base64": "binascii.b2a_base64(DATA); binascii.crc32(DATA)",
    "match": "for row in MIXED:\n    match row:\n        case (0, _, _): pass\n        case (int(n), float(x), str(s)): pass",
    "with": "for i in range(100):\n    with io.BytesIO(): pass",
}

FUNCTION = '''
def run(loops):
    clock = time.perf_counter
    start = clock()
    for _ in range(loops):
        {body}
    return clock() - start
'''


def measure(name, arguments):
    """Seconds a statement, each time."""
    statement = OPERATIONS[name]
    names = {"time": time}
    exec(SETUP, names)
    exec(FUNCTION.format(body=statement.replace("\n", "\n        ")), names)
    run = names["run"]
    run(3)
    loops = 1
    while True:
        taken = run(loops)
        if taken >= arguments.seconds / 4:
            break
        loops *= 4
    loops = max(1, int(loops * arguments.seconds / taken))
    return [run(loops) / loops for _ in range(arguments.repeat)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.02, help="how long a measurement is to take")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(OPERATIONS))
        return
    for name in arguments.names or OPERATIONS:
        try:
            print(json.dumps({"name": name, "measure": "one thread", "seconds": measure(name, arguments)}), flush=True)
        except Exception as error:
            print(json.dumps({"name": name, "measure": "one thread", "error": repr(error)}), flush=True)


if __name__ == "__main__":
    main()
