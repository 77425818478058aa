# Attributes that no method names: objects made later have room for them; all keep what they have.
from dataclasses import dataclass


@dataclass
class Record:
    a: int
    b: int
    c: int
    d: int
    e: int
    f: int = 6


class Child(Record):
    def more(self):
        self.g = 7
        return self


class Empty:
    pass


class Slotted(Empty):
    __slots__ = ("s",)


def filled(thing, count):
    for i in range(count):
        setattr(thing, f"n{i}", i)
    return thing


rows = [Record(i, i + 1, i + 2, i + 3, i + 4) for i in range(300)]
rows += [Child(i, i + 1, i + 2, i + 3, i + 4).more() for i in range(300)]
print(sorted({tuple(vars(row)) for row in rows}), sum(row.a + row.f for row in rows), rows[0] == Record(0, 1, 2, 3, 4))
things = [filled(Empty(), count) for count in list(range(45)) * 3]
print([sum(vars(thing).values()) for thing in things] == [sum(range(count)) for count in list(range(45)) * 3])
first, last = things[10], things[-1]
first.__class__, last.__class__ = Child, Child
print(first.n9, last.n43, type(first).__name__, len(vars(last)))
last.__class__ = Empty
del last.n0
last.n0 = "again"
print(list(vars(last))[-1], last.n0, last.n1)
slotted = filled(Slotted(), 12)
slotted.s = "s"
slotted = filled(slotted, 13)
print(slotted.s, slotted.n11, slotted.n12, sorted(vars(slotted)) == sorted(f"n{i}" for i in range(13)))


class Error(Exception):
    pass


errors = [filled(Error(i), 8) for i in range(5)]
print([(error.args, error.n7) for error in errors])


class Late:
    pass


# Objects made before their class gave more room, which get other dicts and classes after it did.
small = [filled(Late(), 2) for _ in range(200)]
large = [filled(Late(), 20) for _ in range(3)]
for at, thing in enumerate(small):
    if at % 3 == 0:
        thing.__dict__ = {"n0": at}
    elif at % 3 == 1:
        thing.__class__ = Child
        thing.__class__ = Late
for thing in small:
    filled(thing, 9)
    del thing.n0
print({tuple(sorted(vars(thing).items())) for thing in small} == {tuple((f"n{i}", i) for i in range(1, 9))}, len(large))


class Neighbour:
    pass


# Side by side in memory.
row = [Neighbour() for _ in range(100)]
for thing in row:
    thing.x = 1
large = [filled(Neighbour(), 20) for _ in range(3)]
for number in range(3):
    for thing in row[::2]:
        thing.__dict__ = {"x": number}
print(sum(thing.x for thing in row))
