from dataclasses import dataclass
from enum import Enum


@dataclass
class Point:
    x: int
    y: int


class Color(Enum):
    RED = 1
    BLUE = 2


class Meta:
    __match_args__ = ("one", "two")

    def __init__(self, one, two):
        self.one, self.two = one, two


def describe(value):
    match value:
        case None | True | False:
            return f"constant {value}"
        case 0:
            return "zero"
        case -1 | 1.5 | 2j:
            return "number literal"
        case "a" | "b" as letter:
            return f"letter {letter}"
        case int(n) if n > 100:
            return f"big {n}"
        case int() | float() as n:
            return f"number {n}"
        case str():
            return "text"
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case [Point(x=0, y=0), *rest]:
            return f"origin and {rest}"
        case [first, *_, last]:
            return f"from {first} to {last}"
        case {"kind": "circle", "r": r, **rest}:
            return f"circle {r} {rest}"
        case {"kind": kind}:
            return f"kind {kind}"
        case {}:
            return "mapping"
        case Point(0, y):
            return f"on y at {y}"
        case Point(x, y) if x == y:
            return f"diagonal {x}"
        case Point():
            return "point"
        case Color.RED:
            return "red"
        case Meta(a, two=b):
            return f"meta {a} {b}"
        case _:
            return "other"


for value in (None, True, 0, -1, 1.5, 2j, "a", "zz", 500, 7, 2.5, [], [1], (1,), [Point(0, 0), 3, 4], [1, 2, 3],
              range(3), {"kind": "circle", "r": 2, "z": 1}, {"kind": "square"}, {"x": 1}, Point(0, 5), Point(3, 3),
              Point(1, 2), Color.RED, Color.BLUE, Meta(1, 2), b"bytes", {1, 2}, 10 ** 20):
    print(repr(value) if not isinstance(value, Meta) else "Meta", "->", describe(value))

match 1, 2:
    case (a, b) if a > b:
        print("greater")
    case (a, b):
        print("tuple", a, b)
match {"a": {"b": [1, {"c": 2}]}}:
    case {"a": {"b": [_, {"c": deep}]}}:
        print("deep", deep)
match = 5
case = 6
print(match, case)
