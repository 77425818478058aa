"""Programs for a compiler of hot code: functions with loops, called often enough to be compiled, first with values of
some classes, then with others, then with the first again.

What each call gives is told, and where it ends with an exception, what the variables of its frame hold then.
"""

# Numbers at the edges of what machine code keeps in a word or a double.
INTS = ["0", "1", "2", "3", "7", "-1", "-2", "10", "100", "255", "-128", "2**33", "-2**33", "2**53", "2**61", "2**62 - 1", "-2**62", "2**62", "2**63 - 1", "-2**63", "2**64", "10**20", "True"]
FLOATS = ["0.5", "-0.0", "2.5", "1e16", "float('inf')", "float('nan')", "-3.75", "1e-300", "4.0", "0.0", "1.0", "-1e300"]
NUMBERS = INTS + FLOATS
ODD = ["None", "'ab'", "''", "[1, 2]", "(1, 2)", "P(3)", "Q(2)", "1j", "b'xy'", "int"]
TEXTS = ["'abc'", "''", "'x'", "'\\u00e9t\\u00e9'", "'a' * 30", "'12'"]
LISTS = ["[1, 2, 3]", "[0.5, 1.5, 2.5]", "list(range(9))", "[True, 2.5, 2**62]", "[3, 2, 1, 0]", "[2**61, 2**62, -2**62]", "[3, 'a', None]", "[]", "['x', 'y']"]
DICTS = ["{'a': 1}", "{1: 2, 3: 4}", "{0: 0.5, 1: 2}", "{}", "{0: [], 'k': []}"]
OBJECTS = ["P(3)", "Q(2)", "P(0.5)", "R(4)", "P(2**61)", "S(1)", "P('t')"]
SMALL = ["1", "2", "3", "-1", "4", "7", "-3"]
PARAMETERS = ("a", "b", "s", "l", "d", "o")
# What a parameter may be, by its name; there are functions for ints, for floats, and for both.
VALUES = {"s": TEXTS, "l": LISTS, "d": DICTS, "o": OBJECTS}
MODES = {"int": INTS, "float": FLOATS, "any": NUMBERS}

PRELUDE = """\
import math
g = 3
class P:
    kept = 2
    def __init__(self, v): self.v = v
    def __repr__(self): return f'{type(self).__name__}({self.v!r})'
    def get(self, n=1): return self.v
    def add(self, n):
        self.v = clip(self.v + n)
        return self.v
    @property
    def half(self): return self.v
    def __add__(self, other): return 5 if isinstance(other, P) else NotImplemented
    def __lt__(self, other): return other is None
    def __len__(self): return 2
    def __getitem__(self, key):
        if key == 5: raise IndexError(key)
        return (key, self.v)
class Q(P):
    def get(self, n=1): return super().get() + n
    def __radd__(self, other): return other
    def __eq__(self, other): return True
    __hash__ = None
class R(P):
    def __bool__(self): return False
    def __getattr__(self, name): return name
class S:
    __slots__ = ('v', 'w')
    def __init__(self, v): self.v = v
    def __repr__(self): return 'S'
    def get(self, n=2): return n
def helper(x, y=2, *, z=1): return x + y if z else x
def chooses(x, y):
    if x == y: return x
    return y
def deep(n): return 0 if n <= 0 else 1 + deep(n - 1)
def counts(n):
    for k in range(n):
        yield k * 2
"""


class Writer:
    def __init__(self, chance):
        self.chance = chance
        self.lines = []
        self.depth = 1
        self.loops = 0
        self.fresh = 0

    def line(self, text):
        self.lines.append("    " * self.depth + text)

    # ---- expressions -----------------------------------------------------------------------

    def variable(self):
        return self.chance.pick(["a", "b", "x", "y", "x", "y", "i", "z"])

    def number(self, depth=0):
        chance = self.chance
        roll = chance.below(100)
        if depth > 2 or roll < 26:
            return self.variable()
        if roll < 36:
            return chance.pick(MODES[self.mode] + SMALL * 3)
        if roll < 50:
            return f"({self.number(depth + 1)} {chance.pick(['+', '-', '+', '-'] + ['&', '|', '^'] * (self.mode != 'float'))} {self.number(depth + 1)})"
        if roll < 56:
            return f"({self.number(depth + 1)} {chance.pick(['//', '%', '//', '%'] + ['/'] * (self.mode != 'int'))} {self.divisor(depth)})"
        if roll < 61:
            return f"clip({self.number(depth + 1)} {chance.pick(['*', '*', '-', '+'])} {self.number(depth + 1)})"
        if roll < 64:
            return f"clip({self.variable()} {chance.pick(['** 2', '** 2', '* 3', '* -7', '** 3'] + ['<< 1', '<< 3', '>> 1', '>> 2', '>> 70', '<< (i & 31)', '>> (i & 63)'] * (self.mode != 'float') + ['** 0.5', '** -1'] * (self.mode != 'int'))})"
        if roll < 68:
            return f"{chance.pick(['-', '-', '+', 'abs', 'not ', 'bool'] + ['~', 'int'] * (self.mode == 'int') + ['float'] * (self.mode != 'int'))}({self.number(depth + 1)})"
        if roll < 72:
            return f"{chance.pick(['min', 'max'])}({self.number(depth + 1)}, {self.number(depth + 1)})"
        if roll < 75:
            return f"len({chance.pick(['l', 's', 'd', 't', 'o'])})"
        if roll < 80:
            return f"{chance.pick(['l', 't', 'l', 'l'] + ['s', 'd', 'o'] * chance.percent(15))}[{self.index()}]"
        if roll < 85:
            return f"o.{chance.pick(['v', 'v', 'half', 'kept', 'get()', 'get(3)', 'get(n=4)', 'v', 'half', 'get()'] + ['missing', 'w'] * chance.percent(15))}"
        if roll < 88:
            return "g"
        if roll < 92:
            return chance.pick(["helper({})", "helper({}, {})", "helper({}, z=0)", "helper(y={1}, x={0})", "chooses({}, {})", "deep(3)", "helper(*t)"]).format(self.number(depth + 1), self.number(depth + 1))
        if roll < 95:
            return f"({self.number(depth + 1)} if {self.condition(depth + 1)} else {self.number(depth + 1)})"
        if roll < 97:
            return f"math.{chance.pick(['sqrt', 'fabs', 'sin', 'exp2'])}(abs({self.variable()}))"
        if roll < 98:
            return f"d.get({self.index()}, {self.variable()})"
        return chance.pick(["sum(l)", "sum(counts(3))", "sum(q for q in counts(4))", "int(s)", "ord(s[:1])", "round(x)", "x.real", "divmod(x, 3)[0]", "pow(x, 2, 7)"])

    def divisor(self, depth):
        """Mostly no zero."""
        if self.chance.percent(70):
            return self.chance.pick(SMALL)
        return f"({self.number(depth + 1)} or 1)" if self.chance.percent(70) else self.number(depth + 1)

    def index(self):
        chance = self.chance
        if chance.percent(85):
            return chance.pick(["0", "-1", "1", "i % 3", "i & 1", "-2", "-(i & 1)"])
        return chance.pick(["i", "x", "i + 1", "-i", "'a'", "2", "1:", ":-1", "i:i + 2"])

    def condition(self, depth=0):
        chance = self.chance
        roll = chance.below(100)
        if roll < 50:
            return f"{self.number(depth + 1)} {chance.pick(['<', '<=', '==', '!=', '>', '>=', '<', '>'])} {self.number(depth + 1)}"
        if roll < 58:
            return f"{self.number(depth + 1)} < {self.variable()} <= {self.number(depth + 1)}"
        if roll < 66:
            return f"{self.variable()} {chance.pick(['is', 'is not'])} {chance.pick(['None', 'None', 'o', 'True'])}" if chance.percent(90) else 'x is x'
        if roll < 72:
            return f"{self.variable()} {chance.pick(['in', 'not in'])} {chance.pick(['l', 't', 'd', '(1, 2)', 's'])}"
        if roll < 78:
            return f"isinstance({chance.pick(['x', 'a', 'o', 'y'])}, {chance.pick(['int', 'float', '(int, str)', 'P', 'Q', 'bool'])})"
        if roll < 84:
            return f"not {self.variable()}"
        if roll < 92:
            return f"({self.condition(depth + 1)} {chance.pick(['and', 'or'])} {self.condition(depth + 1)})" if depth < 2 else self.variable()
        return chance.pick(["l", "s", "o", "d", "x", "i % 2", "i & 1", "type(x) is int", "s < 'b'", "s == 'abc'", "o == o"])

    # ---- statements ------------------------------------------------------------------------

    def block(self, least=1, most=3):
        self.depth += 1
        for _ in range(self.chance.between(least, most)):
            self.statement()
        self.depth -= 1

    def statement(self):
        chance = self.chance
        roll = chance.below(100)
        if roll < 26:
            self.line(f"{chance.pick(['x', 'y', 'x', 'y', 'z', 'a'])} = {self.number()}")
        elif roll < 40:
            name = chance.pick(["x", "y", "z"])
            self.line(f"{name} {chance.pick(['+=', '-=', '+=', '-='] + ['&=', '|=', '^=', '>>= 1 +'] * (self.mode == 'int'))} {self.number(1)}")
        elif roll < 43:
            name = chance.pick(["x", "y"])
            self.line(f"{name} {chance.pick(['*=', '//=', '%='])} {self.divisor(1)}")
            self.line(f"{name} = clip({name})")
        elif roll < 54:
            self.line(f"if {self.condition()}:")
            self.block()
            if chance.percent(40):
                self.line("else:")
                self.block()
        elif roll < 66 and self.loops < 2:
            self.loop()
        elif roll < 71:
            self.line(chance.pick(["l.append({})", "l[{1}] = {0}", "l[{1}] += {0}", "l.append({})", "l.pop()", "l[-1], l[0] = l[0], l[-1]", "l = l[:5]", "l.insert(0, {})", "del l[{1}]"]).format(self.number(1), self.index()))
        elif roll < 76:
            self.line(chance.pick(["o.v = {}", "o.add({})", "o.v += {}", "o.w = {}", "o.extra = {}", "o = o", "P.kept = {}", "o.get = {}"]).format(self.number(1)))
        elif roll < 80:
            self.line(chance.pick(["d[{1}] = {0}", "d['a'] = {0}", "d[i] = {0}", "d[{1}] += {0}", "d.pop({1}, 0)"]).format(self.number(1), self.index().replace(":", "+")))
        elif roll < 84:
            self.line(chance.pick(["s = s[:20] + 'a'", "s += 'b'", "s = f'{{i}}{{x!r:.9}}'", "z = s[0:1]", "s = s.upper()", "z = s + 'q' if len(s) < 30 else ''", "s = str(i)", "z = 'a' in s", "s = s * 2 if len(s) < 20 else s"]).replace("{{", "{").replace("}}", "}"))
        elif roll < 88:
            self.line(chance.pick(["x, y = y, x", "t = (x, i, y)", "x, *y = l", "t = ({}, {})", "(x, y), z = (y, x), i", "x = y = {}", "a, b = t[:2]"]).format(self.number(1), self.number(1)))
        elif roll < 91:
            self.line("try:")
            self.block()
            self.line(f"except {chance.pick(['TypeError', 'ZeroDivisionError', '(IndexError, KeyError)', 'Exception as e', 'Exception'])}:")
            self.block(1, 2)
            if chance.percent(25):
                self.line("finally:")
                self.block(1, 1)
        elif roll < 94:
            self.line(chance.pick(["z = [q + 1 for q in l if q]", "z = [q for q in range(i % 7)]", "z = {q: i for q in range(2)}", "x = sum([q for q in counts(i % 5)])", "z = any(q == i for q in l)", "z = tuple(q * i for q in range(3))", "x = (lambda n: n + x)(i)"]))
        elif roll < 96 and self.loops:
            self.line(f"if {self.condition()}: {chance.pick(['break', 'continue'])}")
        elif roll < 97:
            self.line(f"if {self.condition()}: return {self.variable()}")
        elif roll < 98:
            self.line(chance.pick(["g = {}", "g += 1"]).format(self.number(1)) if self.stores_global else "x = g")
        else:
            self.line(f"assert {self.condition()}, i")

    def loop(self):
        chance = self.chance
        self.loops += 1
        self.fresh += 1
        roll = chance.below(100)
        if roll < 50:
            self.line(f"for {chance.pick(['i', 'i', 'j', 'x'])} in range({chance.pick(['12', '9', '2, 11', '9, 0, -2', '0, 20, 3', 'len(l)', 'i % 5, 8', '2**62 - 3, 2**62 + 2', '-5, 5'])}):")
        elif roll < 70:
            self.line(f"for {chance.pick(['x', 'y', 'i', 'z'])} in {chance.pick(['l[:6]', 't', 'l[:9]', 'list(d)', 'counts(5)', '(1, 2.5, 3)', '[i, x]', 'l[::-1]', 'map(abs, l[:5])', 's', 'enumerate(l[:4])'])}:")
        else:
            name = f"n{self.fresh}"
            self.line(f"{name} = 0")
            self.line(f"while {name} < {chance.pick(['8', '5', '12'])}{chance.pick(['', '', ' and ' + self.condition()])}:")
            self.depth += 1
            self.line(f"{name} += 1")
            self.depth -= 1
            self.block(1, 4)
            self.loops -= 1
            return
        self.block(1, 4)
        if chance.percent(10):
            self.line("else:")
            self.block(1, 1)
        self.loops -= 1

    def function(self, name):
        chance = self.chance
        self.stores_global = chance.percent(15)
        self.mode = chance.pick(["int", "int", "float", "any"])
        self.lines.append(f"def {name}(a, b, s, l, d, o):")
        if self.stores_global:
            self.line("global g")
        self.line("i = 1")
        self.line(f"x = {chance.pick(['a', 'a', '0'] + SMALL if self.mode == 'int' else ['a', '0.0', '1.5'])}")
        self.line(f"y = {chance.pick(['b', '0', '2', '-1'] if self.mode == 'int' else ['b', '0.5', '1'])}")
        self.line("z = 0")
        self.line("t = (1, x, y)")
        for _ in range(chance.between(0, 2)):
            self.statement()
        self.loop()
        for _ in range(chance.between(0, 2)):
            self.statement()
        self.line(chance.pick(["return x", "return x, y", "return x, y, z, l, d, o", "return l", "return (x, y, i, s)"]))

    def arguments(self, odd):
        """One list of arguments; perhaps one of them is of an unusual class."""
        chance = self.chance
        values = []
        for name in PARAMETERS:
            pool = VALUES.get(name, MODES[self.mode])
            values.append(chance.pick(pool[:5] if name in VALUES and chance.percent(75) else pool))
        if odd:
            at = chance.below(len(values))
            values[at] = chance.pick(ODD + NUMBERS)
        return ", ".join(values)


def case(chance):
    """The source of a program."""
    writer = Writer(chance)
    names = [f"f{number}" for number in range(chance.between(1, 2))]
    for name in names:
        writer.function(name)
    calls = []
    for name in names:
        first = writer.arguments(False)
        for arguments, times in ((first, 9), (writer.arguments(chance.percent(50)), 5), (first, 3), (writer.arguments(True), 2), (writer.arguments(False), 4)):
            calls.append(f"for n in range({times}): attempt({name}, lambda: ({arguments}))")
    return PRELUDE + "\n".join(writer.lines + calls) + "\n"
