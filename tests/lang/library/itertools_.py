import copy
import itertools as it
import operator

print(list(it.accumulate("abc")), list(it.accumulate([1, 2, 3, 4], operator.mul)), list(it.accumulate([])), list(it.accumulate([], initial=1)))
print(list(it.batched("abcdefg", 3)), list(it.batched([], 2)))
print(list(it.chain()), list(it.chain("ab", [], (1,))), list(it.chain.from_iterable([[1], "x"])))
print(list(it.combinations(range(4), 3)), list(it.combinations("ab", 3)), list(it.combinations("ab", 0)))
print(list(it.combinations_with_replacement("abc", 2)))
print(list(it.islice(it.count(), 3)), list(it.islice(it.count(1.5, 0.5), 3)), next(it.count(10 ** 20)), repr(it.count(3, 2)))
print(list(it.islice(it.cycle([1, 2]), 5)), list(it.cycle([])))
print(list(it.compress("abcdef", [1, 0, 1, 0, 1])), list(it.dropwhile(str.isdigit, "12a3")), list(it.takewhile(str.isdigit, "12a3")), list(it.filterfalse(str.isdigit, "1a2b")))
groups = {k: list(g) for k, g in it.groupby(sorted("mississippi"))}
print(groups, [(k, len(list(g))) for k, g in it.groupby([1, 1, 2, 1])], [k for k, _ in it.groupby("AaBb", str.lower)])
first = it.groupby([1, 1, 2])
_, a = next(first)
_, b = next(first)
print(list(a), list(b))
print(list(it.islice("abcdef", 2)), list(it.islice("abcdef", 1, 5, 2)), list(it.islice("abc", 5)), list(it.islice("abc", 1, None)))
print(list(it.pairwise("abcd")), list(it.pairwise("a")), list(it.permutations("abc")), list(it.permutations("ab", 3)), len(list(it.permutations(range(5)))))
print(list(it.product("ab", [1, 2])), list(it.product(range(2), repeat=3)), list(it.product()), list(it.product("a", [])))
print(list(it.repeat("x", 3)), it.repeat(5, 2).__length_hint__(), list(it.starmap(max, [(1, 2), (5, 3)])), list(it.zip_longest("abc", "x", [1, 2], fillvalue=None)))
a, b, c = it.tee(iter(range(5)), 3)
print(next(a), next(a), list(b), list(a), next(c), list(copy.copy(c)), list(c))
for bad in ("it.islice('a', -1)", "it.batched('a', 0)", "it.combinations('a', -1)", "it.count('a')", "it.repeat()", "it.cycle(5)", "it.tee([], -1)", "list(it.zip_longest('a', x=1))", "list(it.batched('abc', 2, strict=True))", "list(it.starmap(abs, [1]))", "it.islice('a')"):
    try:
        eval(bad)
        print(bad, "ok")
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


def primes():
    numbers = it.count(2)
    while True:
        p = next(numbers)
        yield p
        numbers = filter(p.__rmod__, numbers)


print(list(it.islice(primes(), 15)))
