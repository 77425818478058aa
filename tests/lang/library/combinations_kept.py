"""Results of the combinatoric iterators are tuples of their own."""

import itertools as it


def shown(iterator):
    kept = list(iterator)
    print(len(kept), len(set(map(id, kept))) == len(kept), kept[:3], kept[-2:])
    return kept


pools = "ab", range(3), [None, 1.5]
shown(it.product(*pools))
shown(it.product(range(2), repeat=4))
shown(it.product())
shown(it.product([], [1]))
shown(it.product([1]))
shown(it.permutations("abcd"))
shown(it.permutations("abcd", 2))
shown(it.permutations("ab", 0))
shown(it.permutations("ab", 3))
shown(it.combinations("abcde", 3))
shown(it.combinations("ab", 0))
shown(it.combinations_with_replacement("abc", 3))
shown(it.combinations_with_replacement("", 2))
for make in (lambda: it.product(range(3), range(2)), lambda: it.permutations(range(3)), lambda: it.combinations(range(4), 2)):
    iterator = make()
    first = next(iterator)
    print(first, list(iterator) == list(make())[1:], first, next(iterator, "over"))
