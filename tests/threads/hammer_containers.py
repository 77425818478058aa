# args: 4 2
# Every method of every built-in container, called by many threads on the same object with whatever comes: exceptions
# are fine but SystemError, and what is left is a container that agrees with itself. A third argument is the seed, which is told
# when something is wrong; it says what each thread calls, not how the calls fall together.
import _random
import array
import collections
import functools
import io
import itertools
import queue
import random
import sys
import threading
import time
import types
import warnings

count, seconds = int(sys.argv[1]), float(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() % 10**9
sys.setswitchinterval(0.0005)
warnings.simplefilter("ignore")
LIMIT = 600
STEPS = 150
# Called in vain, or they stop the test: they wait, make classes, or are for pickling of whole graphs.
LEFT_OUT = {
    "__init_subclass__", "__subclasshook__", "__class__", "__new__", "__getattribute__", "__doc__", "__class_getitem__",
    "__reduce__", "__reduce_ex__", "__dir__", "__annotations__", "join", "put", "get", "fromfile", "tofile", "readinto",
}


class Key:
    """A key whose comparison is Python code, so that others come in between."""

    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return isinstance(other, Key) and self.number == other.number

    def __hash__(self):
        return self.number % 7

    def __lt__(self, other):
        return self.number < other.number if isinstance(other, Key) else NotImplemented

    def __repr__(self):
        return f"Key({self.number})"


KEYS = [Key(number) for number in range(12)]
ATOMS = [*range(12), *KEYS, "a", "bb", "", b"x", None, 1.5, (1, 2), frozenset([1])]


def argument(rng, shared):
    """Something to call a method with."""
    kind = rng.randrange(12)
    if kind < 5:
        return rng.choice(ATOMS)
    if kind == 5:
        # Counters that hold themselves and are added up double with every step, on CPython as well.
        return {"a": 1, 2: 3} if isinstance(shared, collections.Counter) else shared
    if kind == 6:
        return [rng.choice(ATOMS) for _ in range(rng.randrange(5))]
    if kind == 7:
        return {rng.choice(ATOMS): i for i in range(rng.randrange(5))}
    if kind == 8:
        return slice(rng.choice([None, 0, 1, -2]), rng.choice([None, 2, 5, -1]), rng.choice([None, 1, 2, -1]))
    if kind == 9:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(4)))
    if kind == 10:
        return iter([rng.choice(ATOMS) for _ in range(3)])
    return (rng.choice(ATOMS), rng.choice(ATOMS))


# How each container is made, and what must hold of it when all is quiet.
def right_list(items):
    assert list(items) == [items[i] for i in range(len(items))]
    assert list(reversed(items)) == items[::-1]


def right_dict(table):
    keys = list(table)
    assert len(keys) == len(table) == len(set(map(id, keys)))
    for key, value in table.items():
        assert key in table and table[key] is value, key
    assert list(reversed(table)) == keys[::-1]
    for key in keys:
        del table[key]
    assert not table and not list(table)


def right_set(members):
    elements = list(members)
    assert len(elements) == len(members)
    for element in elements:
        assert element in members
    for element in elements:
        members.remove(element)
    assert not members


def right_deque(items):
    right_list(collections.UserList(items))
    assert list(reversed(items)) == list(items)[::-1] and len(list(items)) == len(items)


def right_bytes(data):
    assert bytes(data) == bytes(data[i] for i in range(len(data)))


def right_array(numbers):
    assert numbers.tolist() == [numbers[i] for i in range(len(numbers))]
    assert len(numbers.tobytes()) == len(numbers) * numbers.itemsize


def right_not_known(_):
    pass


class Slots(list):
    """A subclass, with attributes."""


class Names(dict):
    def __missing__(self, key):
        return None


CONTAINERS = [
    (lambda: [*range(5)], right_list),
    (lambda: Slots(range(5)), right_list),
    (lambda: {key: 1 for key in KEYS[:5]}, right_dict),
    (lambda: {f"name{i}": i for i in range(5)}, right_dict),
    (lambda: Names(a=1), right_dict),
    (lambda: collections.defaultdict(list, a=[1]), right_dict),
    (lambda: collections.OrderedDict.fromkeys(range(5)), right_dict),
    (lambda: collections.Counter("abracadabra"), right_dict),
    (lambda: {*KEYS[:5], 1, "a"}, right_set),
    (lambda: collections.deque(range(5)), right_deque),
    (lambda: collections.deque(range(5), 7), right_deque),
    (lambda: bytearray(b"hello"), right_bytes),
    (lambda: array.array("i", range(5)), right_array),
    (lambda: collections.ChainMap({1: 2}, {3: 4}), right_not_known),
    (lambda: io.StringIO("some\ntext\n"), right_not_known),
    (lambda: io.BytesIO(b"some\nbytes\n"), right_not_known),
    (lambda: types.SimpleNamespace(a=1), right_not_known),
    (lambda: iter([*range(50)]), right_not_known),
    (lambda: iter({*range(50)}), right_not_known),
    (lambda: {i: i for i in range(50)}.items(), right_not_known),
    (lambda: enumerate(range(50)), right_not_known),
    (lambda: zip(range(50), itertools.count()), right_not_known),
    (lambda: map(str, range(50)), right_not_known),
    (lambda: (x for x in range(50)), right_not_known),
    (lambda: itertools.chain([1, 2], itertools.repeat(3, 40)), right_not_known),
    (lambda: itertools.cycle([1, 2, 3]), right_not_known),
    (lambda: itertools.groupby([1, 1, 2, 2, 3] * 9), right_not_known),
    (lambda: itertools.tee(range(50))[0], right_not_known),
    (lambda: itertools.batched(range(60), 2), right_not_known),
    (lambda: itertools.product([1, 2], repeat=4), right_not_known),
    (lambda: itertools.permutations([1, 2, 3, 4]), right_not_known),
    (lambda: memoryview(bytearray(range(50))), right_not_known),
    (lambda: types.MappingProxyType({1: 2}), right_not_known),
    (lambda: queue.SimpleQueue(), right_not_known),
    (lambda: functools.partial(max, 1), right_not_known),
    (lambda: functools.lru_cache(4)(lambda x: x), right_not_known),
    (lambda: _random.Random(1), right_not_known),
    (lambda: collections.UserDict(a=1), right_not_known),
]


def methods(shared):
    names = [name for name in dir(type(shared)) if name not in LEFT_OUT and not name.startswith("_orochi")]
    return [name for name in names if callable(getattr(type(shared), name, None))]


def step(rng, shared, names):
    name = rng.choice(names)
    wanted = rng.choice([0, 1, 1, 1, 2, 2, 3])
    args = [argument(rng, shared) for _ in range(wanted)]
    if name in ("__mul__", "__rmul__", "__imul__"):
        args = [rng.randrange(3)]
    elif name in ("truncate", "seek", "read", "randbytes", "getrandbits", "rotate"):
        args = [rng.randrange(-3, 40)]
    elif name in ("ljust", "rjust", "center", "zfill", "expandtabs"):
        args = [rng.randrange(40)]
    elif name == "__init__" and rng.random() < 0.9:
        return
    result = getattr(shared, name)(*args)
    if isinstance(result, (type(iter([])), type(iter({})), types.GeneratorType)) or hasattr(result, "__next__"):
        for _ in itertools.islice(result, 5):
            pass


def trim(shared):
    """Keeps a container that grows by itself small."""
    if hasattr(shared, "__len__") and len(shared) > LIMIT:
        if hasattr(shared, "clear"):
            shared.clear()
    elif hasattr(shared, "getvalue") and not shared.closed and len(shared.getvalue()) > 10 * LIMIT:
        shared.truncate(0)


def hammer(make, right, round):
    shared = make()
    names = methods(shared)
    wrong = []
    barrier = threading.Barrier(count)

    def work(me):
        rng = random.Random(f"{seed} {round} {me}")
        barrier.wait()
        for _ in range(STEPS):
            try:
                step(rng, shared, names)
                trim(shared)
            except SystemError as error:
                wrong.append(repr(error))
            except (Exception, SystemExit):
                pass

    threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        right(shared)
    except (AssertionError, SystemError, LookupError) as error:
        wrong.append(f"not right afterwards: {error!r}")
    if wrong:
        sys.exit(f"{type(shared).__name__}: {wrong[:3]}; round {round} of seed {seed}")


end = time.monotonic() + seconds
for round in itertools.count():
    make, right = CONTAINERS[round % len(CONTAINERS)]
    hammer(make, right, round)
    if time.monotonic() > end:
        break
print("OK")
