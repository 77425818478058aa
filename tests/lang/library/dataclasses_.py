from dataclasses import FrozenInstanceError, KW_ONLY, asdict, astuple, dataclass, field, fields, replace
from typing import ClassVar


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    hidden: int = field(default=5, repr=False, compare=False)
    shared: ClassVar[int] = 7


p = Point(1)
print(p, p == Point(1), p != Point(2), replace(p, x=9), asdict(p), astuple(p), [f.name for f in fields(p)], Point.shared, p.tags is not Point(1).tags)


@dataclass(order=True, frozen=True, slots=True)
class Version:
    major: int
    minor: int = 0


print(sorted([Version(2), Version(1, 5), Version(1)]), Version(1) < Version(2), hash(Version(1)) == hash(Version(1)), {Version(1): "v"}[Version(1, 0)], hasattr(Version(1), "__dict__"))
try:
    Version(1).major = 2
except FrozenInstanceError as e:
    print(type(e).__name__, e)
try:
    Version(1) < 5
except TypeError as e:
    print(e)


@dataclass
class Base:
    a: int
    def __post_init__(self):
        self.sum = self.a + 1


@dataclass
class Derived(Base):
    b: int = 2
    _: KW_ONLY
    c: int = 3


d = Derived(1, c=5)
print(d, d.sum, Derived.__match_args__)
for bad in ("Derived(1, 2, 3)", "Point()", "Point(1, z=2)"):
    try:
        eval(bad)
    except TypeError as e:
        print(bad, "->", e)
try:
    @dataclass
    class Bad:
        x: list = []
except ValueError as e:
    print(e)
try:
    @dataclass
    class Bad2:
        x: int = 1
        y: int
except TypeError as e:
    print(e)


@dataclass(eq=False, repr=False)
class Plain:
    x: int


print(Plain(1) == Plain(1), Point.__doc__, Point.__eq__ is not object.__eq__)
