class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


print(list(Countdown(3)), sum(Countdown(4)), max(Countdown(5)), 2 in Countdown(5), tuple(Countdown(2)), [*Countdown(2)])


class Sequence:
    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * 10


print(list(Sequence()), 20 in Sequence(), list(zip(Sequence(), "abcd")), list(reversed([1, 2])))
print(list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(filter(None, [0, 1, "", "a"])), list(enumerate("ab", 5)))
print(list(zip("ab", range(5), strict=False)), list(zip()), list(range(10, 0, -3)), list(iter([1, 2, 3].pop, 1)))
try:
    list(zip("ab", "c", strict=True))
except ValueError as e:
    print(e)
l = [1, 2, 3]
it = iter(l)
next(it)
l.append(4)
print(list(it), list(it), next(it, "done"), it.__length_hint__())
d = {1: 1, 2: 2}
try:
    for k in d:
        d[k + 10] = 1
except RuntimeError as e:
    print(e)
try:
    for k in {1, 2}:
        s = {1, 2}
    s = {1, 2, 3}
    for k in s:
        s.add(k + 10)
except RuntimeError as e:
    print(e)
l = [1, 2, 3, 4]
for x in l:
    if x == 2:
        l.remove(x)
print(l)
print(all([]), any([]), all(Countdown(3)), any(Countdown(3)), sorted(Countdown(4)), min("b", "a", key=lambda c: -ord(c)))
r = range(0, 20, 3)
print(r[2], r[-1], len(r), 9 in r, 10 in r, r.index(9), r.count(3), r[1:3], r == range(0, 21, 3), hash(r) == hash(range(0, 21, 3)), list(reversed(r)))
import itertools as t
print(list(t.chain([1], "a", (2,))), list(t.chain.from_iterable(["ab", "c"])), list(t.islice(t.count(5, 2), 3)), list(t.islice(t.cycle("ab"), 5)), list(t.repeat(1, 2)))
print(list(t.accumulate([1, 2, 3])), list(t.accumulate([3, 1, 2], max)), list(t.accumulate([1, 2], initial=10)), list(t.combinations("abc", 2)), list(t.permutations("abc", 2)), list(t.product("ab", [0, 1])))
print([(k, list(g)) for k, g in t.groupby("aabccc")], list(t.takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(t.dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(t.filterfalse(None, [0, 1])), list(t.starmap(pow, [(2, 3), (3, 2)])))
print(list(t.zip_longest("ab", "c", fillvalue="-")), list(t.pairwise("abcd")), list(t.batched("abcdefg", 3)), list(t.compress("abc", [1, 0, 1])), list(t.combinations_with_replacement("ab", 2)))
a, b = t.tee(iter("abc"))
print(next(a), list(b), list(a))
