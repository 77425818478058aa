"""Sets and dicts of few items, which have little room, and items that come, go and come again."""


class Same:
    """Equal to all of its kind: only Python code can tell."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __eq__(self, other):
        return isinstance(other, Same) and self.n == other.n

    def __repr__(self):
        return f"<{self.n}>"


def displays():
    one, two = {1}, {1, 2}
    for n in range(3, 40):
        one.add(n)
        two.discard(n - 1)
        two.add(n)
    print(sorted(one), sorted(two))
    print({1, True, 1.0}, len({"a", "b", "a"}), len({Same(1), Same(2), Same(1)}), {*()} | {3})
    print([sorted({n, n + 1, n * 2}) for n in range(6)])


def come_and_go():
    table, members = {}, set()
    for turn in range(50):
        for n in range(turn % 7 + 1):
            table[n], table[str(n)] = turn, n
            members |= {n, str(n)}
        for n in range(0, turn % 7 + 1, 2):
            del table[n]
            members.remove(n)
    print(table, len(table), sorted(map(str, members)))
    for key in list(table):
        value = table.pop(key)
        table[key] = value
        del table[key]
        assert key not in table and table.get(key) is None
    print(table, table.pop("none", "gone"))
    try:
        del table["none"]
    except KeyError as error:
        print("KeyError", error)


def asked():
    members = {Same(n) for n in range(10)}
    table = {Same(n): n for n in range(10)}
    for n in range(0, 10, 3):
        members.discard(Same(n))
        del table[Same(n)]
    table[Same(3)] = "again"
    members.add(Same(3))
    print(sorted(m.n for m in members), table)
    print(members == {Same(n) for n in (1, 2, 3, 4, 5, 7, 8)}, members <= {Same(n) for n in range(9)}, members > {Same(1)})
    print(sorted(m.n for m in members ^ {Same(1), Same(99)}), sorted(m.n for m in members - {Same(2)}))


def compared():
    numbers = set(range(20))
    print(numbers == set(range(20)), numbers == set(range(1, 21)), numbers != {1}, numbers <= numbers, numbers < numbers)
    print(numbers >= {3, 4}, {3, 40} <= numbers, frozenset({1}) == {1}, set() == frozenset(), {1} == {1: 1}.keys())
    print(sorted(numbers & {5, 6, 70}), len(numbers - {5, 6, 70}), len(numbers ^ {5, 6, 70}), len(numbers | {70}))
    big = set(range(1000))
    print(len(big & set(range(500, 2000))), len(big - {1}), len(big ^ {1, 1000}), len(big - big), big & set() == set())


def named(**given):
    given["more"] = len(given)
    return given


def keywords():
    print(named(), named(a=1), named(a=1, b=2), named(**{str(n): n for n in range(9)}))


def joined():
    print(" ".join([]), "-".join(["one"]), "-".join(["a", "é", "\u4e2d"]), "".join("ab" for _ in range(3)))
    for wrong in (["a", 1], [1], ["a", "b", None, 3]):
        try:
            "-".join(wrong)
        except TypeError as error:
            print(error)
    print("name0 name".replace("name", "N"), "aaa".replace("aa", "b"), ("ab" * 60).replace("ba", "-"), "xyz".replace("xyz!", ""))
    table = {97: "AA", 98: None, 99: "c", 100: 200, 101: 0x4E2D, 102: ord("F")}
    print("abcdefgh".translate(table), ("abcdefgh" * 40).translate(table) == "abcdefgh".translate(table) * 40, "é\u4e2db".translate(table))
    print([str(10**n + n) for n in (18, 19, 20, 37, 38, 57, 99)], str(-(2**64)), str(2**64 - 1), str(1 << 700))


displays()
come_and_go()
asked()
compared()
keywords()
joined()
