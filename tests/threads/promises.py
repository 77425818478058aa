# args: 6 150
# The table of docs/threads.md: what happens at once for all other threads, and what readers without a lock may count on.
import collections
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
WIDTH = 7


def together(*works):
    """Runs each work in some threads, and tells what went wrong."""
    errors = []
    barrier = threading.Barrier(count)

    def run(work, me):
        try:
            barrier.wait()
            for i in range(each):
                work(me, i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(works[me % len(works)], me)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def runs(items):
    """That what was put in together lies together."""
    items = list(items)
    assert len(items) % WIDTH == 0
    for at in range(0, len(items), WIDTH):
        assert len(set(items[at:at + WIDTH])) == 1, items[at:at + WIDTH]


def extending(make, row, finish=lambda x: x):
    shared = make()
    together(lambda me, i: shared.extend(row(me)))
    assert len(finish(shared)) == count * each * WIDTH
    runs(finish(shared))


extending(list, lambda me: [me] * WIDTH)
extending(collections.deque, lambda me: [me] * WIDTH)
extending(bytearray, lambda me: bytes([me]) * WIDTH)


def all_the_same(items):
    assert len(set(items)) == 1, items


# A slice is stored and read as one.
row = [0] * WIDTH


def store(me, i):
    row[:] = [me] * WIDTH


together(store, lambda me, i: all_the_same(row[0:WIDTH]), lambda me, i: all_the_same(row.copy()))
assert len(row) == WIDTH

# What is taken is taken once.
for make, take in [
    (lambda: list(range(count * each)), lambda shared: shared.pop()),
    (lambda: list(range(count * each)), lambda shared: shared.pop(0)),
    (lambda: dict.fromkeys(range(count * each)), lambda shared: shared.popitem()[0]),
    (lambda: collections.OrderedDict.fromkeys(range(count * each)), lambda shared: shared.popitem(last=False)[0]),
    (lambda: set(range(count * each)), lambda shared: shared.pop()),
    (lambda: collections.deque(range(count * each)), lambda shared: shared.popleft()),
    (lambda: bytearray(b"x" * (count * each)), lambda shared: shared.pop()),
]:
    shared = make()
    taken = [[] for _ in range(count)]
    together(lambda me, i: taken[me].append(take(shared)))
    everything = [item for mine in taken for item in mine]
    assert not shared and len(everything) == count * each
    assert type(shared) is bytearray or len(set(everything)) == count * each

# One of those who set a default wins, and all see it.
for make in (dict, collections.OrderedDict, lambda: vars(type("Any", (), {})())):
    shared = make()
    seen = [[] for _ in range(count)]
    together(lambda me, i: seen[me].append(shared.setdefault(f"k{i}", (me, i))))
    assert all(mine == seen[0] for mine in seen) and len(shared) == each

# Several items at once, and whole copies.
for make in (dict, collections.OrderedDict, lambda: collections.defaultdict(int), lambda: vars(type("Any", (), {})())):
    shared = make()
    shared.update(dict.fromkeys("abcdefg", 0))
    together(
        lambda me, i: shared.update(dict.fromkeys("abcdefg", (me, i))),
        lambda me, i: all_the_same(dict(shared).values()),
        lambda me, i: all_the_same([value for _, value in sorted(shared.items(), key=lambda item: item[0])]),
    )
members = set("a")


def swap(me, i):
    members.symmetric_difference_update(())
    members.add("b")
    members.discard("b")


together(swap, lambda me, i: members.copy() in ({"a"}, {"a", "b"}) or 1 / 0, lambda me, i: len(members | {"c"}) in (2, 3) or 1 / 0)

# A deque that is rotated is read whole.
ring = collections.deque(range(WIDTH))


def turned(items):
    items = list(items)
    assert [(item + 1) % WIDTH for item in items] == items[1:] + items[:1], items


together(lambda me, i: ring.rotate(3), lambda me, i: turned(ring.copy()), lambda me, i: ring[2] in range(WIDTH) or 1 / 0)


# What is published is whole: no lock, and every attribute is there.
class Pair:
    def __init__(self, value):
        self.left = value
        self.right = [value]


class Slotted:
    __slots__ = ("left", "right")
    __init__ = Pair.__init__


class Place:
    pass


place = Place()
place.pair = Pair(0)


def look(me, i):
    pair = place.pair
    assert pair.left == pair.right[0]


def publish(me, i):
    place.pair = (Pair, Slotted)[i % 2]((me, i))


together(publish, look)

# A dict of attributes is replaced as one.
thing = Place()
thing.a = thing.b = 0


def replace(me, i):
    thing.__dict__ = {"a": (me, i), "b": (me, i)}


together(replace, lambda me, i: all_the_same(dict(vars(thing)).values()))

# No value from nowhere.
numbers = [0] * 64
together(
    lambda me, i: numbers.__setitem__(i % 64, (1 << 70) + i),
    lambda me, i: numbers.__setitem__(i % 64, float(i)),
    lambda me, i: numbers[i % 64] in (0, (1 << 70) + i, i, *((1 << 70) + k for k in range(i % 64, each, 64)),
                                      *range(i % 64, each, 64)) or 1 / 0,
)
print("OK")
