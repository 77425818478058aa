# A tuple's hash is that of its items, asked for once.
from collections import namedtuple


class Counted:
    asked = 0

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        Counted.asked += 1
        return self.n


class Own(tuple):
    def __hash__(self):
        return 7


pair = (Counted(3), Counted(4))
print(hash(pair) == hash((3, 4)), hash(pair) == hash(pair), Counted.asked)
outer = (pair, 1)
print(hash(outer) == hash(((3, 4), 1)), Counted.asked)
print(hash(outer[:1] + (1,)) == hash(outer), Counted.asked)
d = {outer: "found"}
print(d[outer], d.get((pair, 1)), outer in d, Counted.asked)
print(hash(Own((1, 2))), {Own((1, 2)): 1}.get((1, 2)))
Point = namedtuple("Point", "x y")
p = Point(1, 2)
print(hash(p) == hash((1, 2)), {p: 1}[1, 2], hash(p._replace(x=5)) == hash((5, 2)))
for make in (lambda n: tuple(range(n)), lambda n: tuple([x for x in range(n)]), lambda n: (*range(n),)):
    print([hash(make(n)) == hash(make(n)[:n - 1] + (n - 1,)) for n in (1, 2, 60, 200, 2000)])
for _ in range(2):
    try:
        hash((1, []))
    except TypeError as e:
        print(e)


def build(n):
    found = 0
    for i in range(n):
        found += hash((i, i + 1)) == hash(tuple([i, i + 1]))
    return found


print([build(100) for _ in range(30)][-1])
