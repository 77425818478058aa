from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique


class Color(Enum):
    RED = 1
    GREEN = 2
    ALIAS = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.GREEN


print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color(2), Color["RED"], Color.ALIAS is Color.RED, list(Color), len(Color), Color.RED.pretty, Color.default())
print(Color.RED in Color, 1 in Color, 5 in Color, Color.RED == 1, isinstance(Color.RED, Color), {Color.RED: "r"}[Color.RED], dict(Color.__members__), Color.RED is not Color.GREEN)
for bad in ("Color(5)", "Color['BLUE']", "Color.BLUE", "Color.RED < Color.GREEN", "Color()"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
try:
    Color.RED = 5
except AttributeError as e:
    print(e)


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


print(Perm.R | Perm.X, Perm.RW, Perm.R in Perm.RW, ~Perm.R, Perm(0), bool(Perm.R & Perm.W), [p.name for p in Perm.RW], Perm(5), Perm.R.value, list(Perm))


class Number(IntEnum):
    ONE = 1
    TWO = auto()


print(Number.ONE + 1, Number.TWO, repr(Number.TWO), sorted([Number.TWO, Number.ONE]), Number.TWO == 2, f"{Number.TWO}", [10, 20, 30][Number.ONE])


class Word(StrEnum):
    HELLO = auto()
    BYE = "bye!"


print(Word.HELLO, Word.BYE.upper(), Word("bye!"), repr(Word.HELLO), Word.HELLO == "hello")


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius


print(Planet.EARTH.mass, Planet((0.64, 3.39)))
try:
    @unique
    class Dup(Enum):
        A = 1
        B = 1
except ValueError as e:
    print(e)
try:
    class More(Color):
        X = 3
except TypeError as e:
    print(e)
Dynamic = Enum("Dynamic", "A B C")
print(list(Dynamic), Dynamic.B.value, IntFlag("F", "P Q").P | 4)


class Auto(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last):
        return name.lower()
    FIRST = auto()

    @classmethod
    def _missing_(cls, value):
        return cls.FIRST


print(Auto.FIRST.value, Auto("anything"))
