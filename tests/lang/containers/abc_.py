from collections import UserDict, UserList
from collections.abc import (Awaitable, Callable, Collection, Container, Generator, Hashable, Iterable, Iterator, KeysView, Mapping,
                             MutableMapping, MutableSequence, MutableSet, Reversible, Sequence, Set, Sized)


class Items(Sequence):
    def __init__(self, *items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i]

    def __len__(self):
        return len(self.items)


s = Items("a", "b", "a")
print(list(s), "b" in s, s.count("a"), s.index("b"), list(reversed(s)), isinstance(s, Reversible), isinstance(s, Collection))


class Table(MutableMapping):
    def __init__(self):
        self.rows = []

    def __getitem__(self, key):
        for k, v in self.rows:
            if k == key:
                return v
        raise KeyError(key)

    def __setitem__(self, key, value):
        self.rows = [(k, v) for k, v in self.rows if k != key] + [(key, value)]

    def __delitem__(self, key):
        self[key]
        self.rows = [(k, v) for k, v in self.rows if k != key]

    def __iter__(self):
        return (k for k, _ in self.rows)

    def __len__(self):
        return len(self.rows)


t = Table()
t.update(a=1, b=2)
t["c"] = 3
print(dict(t), t.pop("a"), t.get("zz"), t.setdefault("d", 4), "b" in t, list(t.items()), t == {"b": 2, "c": 3, "d": 4}, t.popitem(), len(t), sorted(t.keys() & {"b"}), t.clear(), len(t))


class Bits(Set):
    def __init__(self, items):
        self.bits = sorted(set(items))

    def __contains__(self, x):
        return x in self.bits

    def __iter__(self):
        return iter(self.bits)

    def __len__(self):
        return len(self.bits)


a, b = Bits([1, 2, 3]), Bits([2, 3, 4])
print(list(a & b), list(a | b), list(a - b), list(a ^ b), a <= b, Bits([2]) < a, a.isdisjoint([9]), a == {1, 2, 3})
for thing in ([], (), "", b"", {}, set(), frozenset(), range(3), iter([]), (x for x in ()), len, 5, None, {}.keys(), bytearray(), memoryview(b"")):
    print(type(thing).__name__, [abc.__name__ for abc in (Hashable, Sized, Container, Iterable, Iterator, Generator, Callable, Sequence, MutableSequence, Mapping, Set, MutableSet, KeysView) if isinstance(thing, abc)])


class Duck:
    def __len__(self): return 0
    def __iter__(self): return iter(())
    def __contains__(self, x): return False


print(isinstance(Duck(), Collection), issubclass(Duck, Sized), isinstance(Duck(), Sequence))
try:
    Sequence()
except TypeError as e:
    print(e)


class Upper(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.upper(), v)


print(Upper(a=1, b=2), UserList([1, 2]) + [3], Callable[[int], str], Iterable[int], issubclass(list, Iterable))


class Awaits:
    def __await__(self): yield


class NoHash:
    __hash__ = None
    __iter__ = None


print(isinstance(Awaits(), Awaitable), isinstance(NoHash(), Hashable), isinstance(NoHash(), Iterable))
try:
    iter(NoHash())
except TypeError as e:
    print(e)
