# Containers filled, merged and turned round as a whole, small and large, young and old.
import array
import bisect
import collections
import gc
import struct

class Key:
    """Equal to its number, which only Python code can tell."""
    def __init__(self, n):
        self.n = n
    def __hash__(self):
        return hash(self.n)
    def __eq__(self, other):
        return self.n == (other.n if isinstance(other, Key) else other)
    def __repr__(self):
        return f"K{self.n}"

for n in (0, 1, 5, 50, 999, 1000, 1001, 3000):
    numbers, texts = list(range(n)), [str(i) for i in range(n)]
    mixed = [v for pair in zip(numbers, texts, [(i, str(i)) for i in numbers]) for v in pair]
    for items in (numbers, texts, mixed, tuple(mixed)):
        made = set(items)
        assert len(made) == len(items) and all(v in made for v in items) and set(made) == made == frozenset(items)
        assert set(dict.fromkeys(items)) == made and set(iter(items)) == made
        half = set(items[::2])
        assert made & half == half & made == half and made | half == made and made - half == set(items[1::2]) == made ^ half == half ^ made
        assert half - made == set() == half ^ half and made.symmetric_difference(items[::2]) == made - half
        other = set(items)
        other.update(numbers, texts)
        assert other >= made and len(other) == len(set(list(items) + numbers + texts))
    for merged in ({**dict.fromkeys(numbers), **dict.fromkeys(texts)}, dict.fromkeys(numbers) | dict.fromkeys(texts)):
        assert list(merged) == numbers + texts
    merged = dict(enumerate(texts))
    for i in numbers[::3]:
        del merged[i]
    copied = dict(merged)
    merged.update(zip(texts, numbers))
    assert list(copied) == [i for i in numbers if i % 3] and list(merged) == list(copied) + texts and merged.copy() == merged
mixed = [1, Key(2), "a", Key(1), 2, Key(3), 3]
print(set(mixed) == {1, 2, "a", 3}, len(set(mixed)), {1, 2} & set(map(Key, (2, 3))), set(map(Key, (2, 3))) - {2}, {1, 2} ^ {Key(2)}, {1} | {Key(1)})
for wrong in ([1, [2]], [[]], ("a", {})):
    try:
        set(wrong)
    except TypeError as error:
        print(error)

# A large list that has become old takes young objects in, at many places.
old = [None] * 5000
gc.collect()
old[100:4900] = [[i] for i in range(4800)]
gc.collect(0)
old.extend([i] for i in range(300))
old.extend([[i] for i in range(300)])
old.reverse()
junk = [[i] for i in range(50000)]
gc.collect(0)
junk = [{i} for i in range(50000)]
print(old[0], old[299], old[300], old[599], old[600:702:100], old[5499], old.count(None), sum(v[0] for v in old if v))
print([1, 2, 3] + [4] * 3, [] + [], list("abc") + [0], [[]] * 2)
for n in range(7):
    row = list(range(n))
    row.reverse()
    print(row, end=" ")
print()

print(sorted([3, 1, 2]), sorted([1, 2, 3], reverse=True), sorted([3, 2, 1], reverse=True), sorted([1.5, 2.5, 2.5]), sorted([1, 1.5, 1]), sorted(["b"]), sorted([object]) == [object])
nan = float("nan")
print(nan in [nan], 1 in [1.0], True in [1], 2 in [1, "2", 2.5], min([2.5, 1.5, 1]), max([1, 1.0]), max([nan, 1.0]), min([1.0, nan]), max("ab", key=ord), min([], default=7))
print(list(x for x in "abc"), list(range(5)), list({1: 2}.items()), list(map(str, range(20)))[-1], tuple(i * i for i in range(12)), list(zip("ab", [1, 2])))

class Hinted:
    def __init__(self, hint):
        self.hint = hint
    def __length_hint__(self):
        return self.hint
    def __iter__(self):
        return iter(range(10))
print(list(Hinted(0)), list(Hinted(3)), list(Hinted(10000000)))
for hint in (-1, "x"):
    try:
        list(Hinted(hint))
    except (TypeError, ValueError) as error:
        print(error)

class Counting(collections.Counter):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 10)
print(collections.Counter("abracadabra"), Counting("aab"))
print([bisect.bisect([1, 3, 3, 5], x) for x in range(7)], [bisect.bisect_left((1, 3.0, 3, 5), x) for x in range(7)], bisect.bisect(range(10), 4), bisect.bisect([5, 3, 1], -2, key=lambda x: -x))

for code, low, high in (("b", -128, 127), ("B", 0, 255), ("h", -2**15, 2**15 - 1), ("H", 0, 2**16 - 1), ("i", -2**31, 2**31 - 1), ("I", 0, 2**32 - 1), ("q", -2**63, 2**63 - 1), ("Q", 0, 2**64 - 1)):
    for order in "<>":
        for n in (low, high, 0, 1):
            data = struct.pack(order + code, n)
            assert data == n.to_bytes(len(data), "little" if order == "<" else "big", signed=low < 0) and struct.unpack(order + code, data) == (n,)
        for n in (low - 1, high + 1):
            try:
                struct.pack(order + code, n)
            except struct.error as error:
                shown = str(error)
    print(shown)
print(struct.pack(">hdf3s5p?c", -2, 1.5, -0.25, b"abcdef", b"xy", [], b"z"), struct.pack("<3s", bytearray(b"q")))

view = memoryview(bytearray(range(20)))
print(bytes(view[3:7]), bytes(view[::-3]), bytes(view[5:5]), bytes(view[2:18:4][1:3]), view[::2].strides, view[1:3][0], view[-3:].tolist(), view[18:2:-5].tolist())
part = view[4:8]
part[1] = 99
print(view[5], memoryview(array.array("h", [1, -2, 3]))[::-1].tolist())
view.release()
print(part.tolist())
try:
    view[1:2]
except ValueError as error:
    print(error)
