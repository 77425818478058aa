s = {3, 1, 2, 3}
s.add(4)
s.discard(100)
s.remove(1)
print(sorted(s), len(s), 2 in s, sorted(s | {9}), sorted(s & {2, 3, 100}), sorted(s - {2}), sorted(s ^ {2, 7}), s <= {2, 3, 4, 5}, s < s, s >= {2}, s.isdisjoint({8}), s == {4, 3, 2})
print(sorted(s.union([1], (0,))), sorted(s.intersection([2, 3], [3])), sorted(s.difference([2])), sorted(s.symmetric_difference([2])), s.issubset(range(10)), s.issuperset([2]), s.copy() == s)
s |= {10}
s &= {10, 2, 3}
s -= {3}
s ^= {5}
s.update([6], [7])
s.intersection_update([2, 5, 6, 10])
s.difference_update([6])
s.symmetric_difference_update([2, 11])
print(sorted(s), set(), repr(set()), frozenset(), {1}, frozenset([1]), set("a"), {True, 1, 1.0}, len({float("nan"), float("nan")}))
f = frozenset([1, 2])
print(hash(f) == hash(frozenset([2, 1])), f | {3} == {1, 2, 3}, type(f | {3}).__name__, type({3} | f).__name__, {f: 1}[frozenset([2, 1])], f in {f}, {1, 2} in {f}, f == {1, 2}, sorted(f))
for bad in ("set().pop()", "{1}.remove(2)", "{[]}", "{1} + {2}", "{1} | [2]", "set(5)", "hash({1})", "{1} < 5", "frozenset([1]).add(2)", "{1}[0]", "{1, 2}.remove(frozenset([5]))"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
x = {1}
while x:
    x.pop()
print(x, sorted({c for c in "hello" if c != "l"}), sum({1, 2, 3}), max({3, 5}), sorted({(1, 2), (0, 5)}), any({0}), {*range(3)} == {0, 1, 2})
big = set(range(5000))
big -= set(range(0, 5000, 2))
big |= {-1, "a"}
print(len(big), 3 in big, 4 in big, "a" in big, sorted(str(i) for i in list(big)[:0]), len(big & set(range(10))), len(big ^ big), len(big | big))
r = {frozenset([1]), frozenset()}
print(sorted(map(len, r)), set([1, 2]) == frozenset([1, 2]), set() == {}, not set(), set(dict(a=1)), set(range(3)) - set([1]) == {0, 2})
