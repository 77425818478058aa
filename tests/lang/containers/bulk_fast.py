# Whole-container operations: what is copied, what is shared, what a half-done one leaves.


def show(*values):
    print(*values)


# list(iterable) and its edges
for n in (0, 1, 4, 5, 8, 9, 100, 511, 512, 513, 3000):
    made = list(iter(range(n)))
    assert made == [i for i in range(n)] and len(made) == n, n
    made.append("end")
    assert made[-1] == "end" and len(made) == n + 1


class MyList(list):
    def __init__(self, *args):
        super().__init__(*args)
        self.seen = len(self)


show(MyList("abc").seen, type(MyList()), list(MyList([1, 2])))
for bad in (lambda: list(1), lambda: list([], []), lambda: list(iterable=[])):
    try:
        bad()
    except TypeError as error:
        show(error)


def failing():
    yield 1
    yield 2
    raise ValueError("stop here")


try:
    list(failing())
except ValueError as error:
    show(error)
kept = [0]
for method in (kept.extend, kept.__init__):
    try:
        method(failing())
    except ValueError:
        show(kept)
watched = []
watched.extend(len(watched) for _ in range(4))
show(watched)

# extend: an empty list takes a copy, never the other's own items
a, b = [1, 2, 3], []
b.extend(a)
b.append(4)
a.append(5)
show(a, b)
a.extend(a)
show(a)
c = [0] * 3
c.extend(a)
c.extend([])
c += c
show(c)
cleared = [1, 2, 3]
cleared.clear()
cleared.extend([9])
show(cleared)

# index, count, in: equal things of different kinds
mixed = [1, 1.0, True, 2, "1", 10**30]
show(mixed.count(1), mixed.count(True), mixed.index(2), mixed.index(10**30), 1.0 in mixed, 3 in mixed)
try:
    mixed.index(7)
except ValueError as error:
    show(error)


class Always:
    def __eq__(self, other):
        return True


show([5, 6].index(Always()), [5, 6].count(Always()), Always() in [5])

# sum, min, max, any, all: across the border between quick and slow items, and lists that change meanwhile
long = list(range(1500))
show(sum(long), min(long), max(long), all(long[1:]), any([0] * 1500 + [1]))
long[700] = 10**25
show(sum(long), max(long), min(long))
long[701] = 0.5
show(sum(long))
show(sum([1] * 600 + [0.25] * 600), sum([2**61] * 3), sum([], 5), sum([[1], [2]], []))


class Grows:
    def __init__(self, target):
        self.target = target

    def __radd__(self, other):
        if len(self.target) < 4:
            self.target.append(100)
        return other + 1

    def __lt__(self, other):
        self.target.clear()
        return False

    def __gt__(self, other):
        return False

    def __bool__(self):
        self.target.append(1)
        return False


changing = [1, 2]
changing.append(Grows(changing))
show(sum(changing), len(changing))
changing = [Grows(None), 5, 6]
changing[0].target = changing
show(type(min(changing)).__name__, len(changing))
changing = [0]
changing.append(Grows(changing))
show(any(changing), len(changing))

# dicts: update and | copy, they do not share
a = {i: str(i) for i in range(10)}
b = {}
b.update(a)
b[0] = "changed"
b["new"] = 1
del b[5]
show(a[0], 5 in a, "new" in a, len(b))
b = dict(a)
a[1] = "later"
show(b[1], list(b) == list(range(10)))
b.update(b)
show(len(b))
b |= {3: "three", 99: "more"}
show(list(b.items())[3], list(b)[-1])
show({1: "a", 2: "b"} | {2: "c", 3: "d"}, {} | {1: 2}, {1: 2} | {})


class MyDict(dict):
    def __setitem__(self, key, value):
        raise AssertionError("not called by update")


d = MyDict()
d.update({1: 2})
d.update([(3, 4)], five=6)
show(d, type(d), type(d | {7: 8}))


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


left = {Key(i): i for i in range(6)}
left.update({Key(i): -i for i in range(3, 9)})
show(left)
left = {0: "int"}
left.update({Key(0): "key", Key(3): "other", 0: "again"})
show(left)


class Point:
    pass


p = Point()
p.x = 1
vars(p).update({"x": 2, "y": 3})
show(p.x, p.y, vars(p) | {"z": 4})
vars(p).update(vars(p))
empty = Point()
vars(empty).update(a=1)
show(empty.a, vars(empty))

import collections

o = collections.OrderedDict(a=1, b=2)
q = o.copy()
q["c"] = 3
q.move_to_end("a")
show(o, q)
q.update(o)
show(list(q))

# sets: items that only Python code can compare among others
s = set([1, 2, "a", (1, 2), Key(1), Key(1), Key(4), 1.0, True, "a" * 3, frozenset([1])])
show(len(s), Key(4) in s, Key(7) in s, (1, 2) in s)
s.add(Key(1))
s.add(Key(7))
show(len(s))
try:
    set([1, [], 2])
except TypeError as error:
    show(error)
partly = {0}
try:
    partly.update([1, 2, {}, 3])
except TypeError:
    show(sorted(partly))
show(len(set(str(i % 700) for i in range(2000))), len(set([str(i % 700) for i in range(2000)])))
