# Tuples whose columns are of one kind each are sorted without Python; all others as ever.
import random

random.seed(7)


class Loud(tuple):
    def __lt__(self, other):
        calls.append(1)
        return tuple.__lt__(self, other)


def check(rows):
    for reverse in False, True:
        got = sorted(rows, reverse=reverse)
        # By insertion, with nothing but `<`.
        want = []
        for row in rows:
            at = len(want)
            while at and (want[at - 1] < row if reverse else row < want[at - 1]):
                at -= 1
            want.insert(at, row)
        assert [id(row) for row in got] == [id(row) for row in want], (rows, got)
    return got


texts = ["", "a", "a\0", "a\0b", "aaaaaaaa", "aaaaaaaab", "aaaaaaaa\0", "é", "ÿ", "中", "\U0001f600", "prefix one", "prefix two"]
ints = [-(1 << 70), -(1 << 46), -5, 0, 5, 1 << 46, 1 << 70, True, False]
floats = [-1e308, -0.0, 0.0, 5e-324, 1.5, 1e308, float("inf"), float("-inf")]
for columns in [(ints, texts), (texts, ints), (floats, floats), (texts[:9], texts), (texts[9:], floats), (ints[1:6], ints[1:6], texts), (ints, floats), (texts,)]:
    for count in 1, 2, 5, 40, 200:
        check([tuple(random.choice(column) for column in columns) for _ in range(count)])
# Columns of several kinds, tuples of several lengths.
for count in 3, 60:
    check([tuple(random.choice(floats + ints) for _ in range(random.randrange(3))) for _ in range(count)])
    check([(random.randrange(5),) + ("x",) * random.randrange(3) for _ in range(count)])
    check([(random.randrange(5),) * random.randrange(3) for _ in range(count)])
# Nearly sorted ones.
rows = [(i // 3, str(i)) for i in range(300)]
check(rows + rows[:10])
check(rows[150:] + rows[:150])

calls = []
assert sorted([Loud((2, "b")), Loud((1, "a"))]) == [(1, "a"), (2, "b")] and calls
nan = float("nan")
print(sorted([(2, nan), (1, nan), (1, 0.0), (2, -1.0)]))
for bad in [(1, "a"), (1, 2)], [("a", 1), (None, 2)], [(1, None), (1, None), (1, 2)], [("a",), (b"a",)], [(1j,), (2j,)]:
    try:
        print(sorted(bad))
    except TypeError as error:
        print(error)
same = (1, None)
print(sorted([same, same, (0, None)]))
# What strings begin with in common.
for part in "", "p", "prefix", "a long common prefix, longer than a word ", "é", "中":
    some = [part + random.choice(texts) for _ in range(100)] + [part]
    assert sorted(some) == [text for _, text in sorted([(list(map(ord, text)), text) for text in some])], part
    assert sorted(some, reverse=True) == [text for _, text in sorted([(list(map(ord, text)), text) for text in some], reverse=True)], part
print("sorted")
