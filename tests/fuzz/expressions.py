"""Expressions, targets and patterns of generated programs.

`RULES` has the productions of all parts of a program; each chooses among its alternatives by weight, and `HITS` counts
what was chosen.
"""

HITS = {}

VARIABLES = ["i0", "i1", "f0", "s0", "s1", "b0", "l0", "l1", "t0", "d0", "e0", "p0", "n0"]
OF_KIND = {"int": ["i0", "i1"], "float": ["f0"], "str": ["s0", "s1"], "bytes": ["b0"], "list": ["l0", "l1"], "tuple": ["t0"], "dict": ["d0"], "set": ["e0"], "pair": ["p0"], "none": ["n0"]}
KINDS = ["int", "int", "int", "float", "str", "str", "bytes", "list", "list", "tuple", "dict", "set", "bool", "pair", "none"]
EXCEPTIONS = ["ValueError", "TypeError", "KeyError", "ZeroDivisionError", "Exception", "LookupError", "AttributeError", "IndexError", "NameError", "ArithmeticError"]

RULES = {}


def rule(name, weight=1):
    """Makes a method an alternative of the rules `name` (several, with spaces between)."""

    def register(method):
        for each in name.split():
            RULES.setdefault(each, []).append((weight, method))
        return method

    return register


LITERALS = {
    "int": ["0", "1", "2", "5", "-3", "10", "1_000", "0xFF", "0b101", "0o17", "2**40", "True", "7"],
    "float": ["0.5", "1e3", "-2.25", ".5", "5.", "1_0.0_1", "float('inf')", "1E-3", "0.0"],
    "str": ["'a'", "''", '"b c"', "'ab\\ncd'", "'a,b'", "'12'", "r'\\d'", "'\\u00e9'", "'k'", "'''tri'''"],
    "bytes": ["b'a'", "b''", 'b"\\xff"', "rb'\\n'", "B'q'"],
    "list": ["[]", "[1, 2, 3]", "['a', 'b']", "[0]", "[[1], 2]", "[None]"],
    "tuple": ["()", "(1,)", "(1, 2)", "('a', 'b')", "(1, (2, 3))"],
    "dict": ["{}", "{'a': 1}", "{'k': [1]}", "{1: 2, 'b': 3}", "{None: 0}"],
    "set": ["{1}", "{1, 2, 3}", "set()", "{'z'}"],
    "bool": ["True", "False", "i0", "l0", "n0", "not s0"],
}


class Expressions:
    """Writes expressions, targets and patterns. `chance` decides everything."""

    # The names that a pattern binds.
    bound = []

    def __init__(self, chance):
        self.chance = chance
        self.pick = chance.pick
        self.percent = chance.percent
        self.lines = []
        self.level = 0
        self.depth = 0
        self.blocks = 0
        self.made = 0
        self.function = ""
        self.in_loop = False
        self.in_class = False
        self.in_finally = False
        self.star = False
        self.names = []
        self.functions = []
        self.locals = []
        self.outer = []
        self.nested = 0

    def fresh(self, letter):
        self.made += 1
        return f"{letter}{self.made}_"

    def by_rule(self, name, *arguments):
        """Takes an alternative of a rule."""
        choices = RULES[name]
        total = 0
        for weight, _ in choices:
            total += weight
        roll = self.chance.below(total)
        for weight, method in choices:
            roll -= weight
            if roll < 0:
                break
        key = f"{name}: {method.__name__}"
        HITS[key] = HITS.get(key, 0) + 1
        return method(self, *arguments)

    def line(self, text):
        self.lines.append("    " * self.level + self.expand(text))

    # Expressions.

    def expr(self, kind=None):
        """An expression, most often of the kind."""
        kind = kind or self.pick(KINDS)
        if self.percent(6):
            kind = self.pick(KINDS)
        self.depth += 1
        try:
            if self.depth > 5 or (self.depth > 3 and self.percent(60)):
                return self.leaf(kind)
            if self.percent(22):
                return self.expand(self.by_rule("any", kind))
            return self.expand(self.by_rule(kind))
        finally:
            self.depth -= 1

    def form(self, templates):
        """One of the templates, written out."""
        return self.expand(self.pick(templates))

    def expand(self, template):
        """The template with what stands between backquotes written out."""
        parts = template.split("`")
        for index in range(1, len(parts), 2):
            parts[index] = self.written(parts[index])
        return "".join(parts)

    def written(self, word):
        """`int`, `(int)` for an atom, `_int` for a leaf, `?` for anything, `a|b` for one of two, `#5` for a small number."""
        first = word[0]
        if first == "#":
            return str(self.chance.below(int(word[1:])))
        if first == ":":
            return self.slice()
        if first == "(":
            return self.atom(word[1:-1] or None)
        if first == "_":
            return self.leaf(word[1:])
        if first == "?":
            return self.expr()
        if word == "target":
            return self.target()
        if word == "arguments":
            return self.arguments()
        if word == "comprehension":
            return self.comprehension("", None, "")
        return self.expr(self.pick(word.split("|")))

    def leaf(self, kind):
        if self.locals and self.percent(25):
            return self.pick(self.locals)
        if kind in OF_KIND and self.percent(45):
            return self.pick(OF_KIND[kind])
        if kind == "pair":
            return "p0"
        if kind == "none":
            return "None"
        return self.pick(LITERALS[kind])

    def atom(self, kind=None):
        """An expression that may stand before a dot or an operator."""
        text = self.expr(kind)
        return text if text.isidentifier() or text[0] in "[{" and text[-1] in "]}" and self.percent(10) else f"({text})"

    def several(self, kind=None, least=0, most=3):
        return [self.expr(kind) for _ in range(self.chance.between(least, most))]

    def comma(self, parts):
        return ", ".join(parts) + ("," if parts and self.percent(20) else "")

    def starred(self, kind=None, least=0, most=3):
        """Elements, some of them with a star."""
        return [("*" + self.atom(self.form(["list", "tuple", "str"]))) if self.percent(15) else self.named(kind) for _ in range(self.chance.between(least, most))]

    def named(self, kind=None):
        if self.percent(7) and not self.in_class and not self.nested:
            name = self.pick(OF_KIND[kind]) if kind in OF_KIND and not self.function else self.fresh("w")
            return f"({name} := {self.expr(kind)})"
        return self.expr(kind)

    def arguments(self):
        parts = [("*" + self.atom("list")) if self.percent(10) else self.expr() for _ in range(self.chance.below(3))]
        for _ in range(self.chance.below(2)):
            parts.append(f"**{{'k{self.chance.below(3)}': {self.expr()}}}" if self.percent(25) else f"{self.pick('abcxy')}={self.expr()}")
        return self.comma(parts)

    def clauses(self, asynchronous=False):
        """The `for` and `if` of a comprehension, and the names they bind."""
        bound = []
        text = ""
        for _ in range(1 if self.percent(80) else 2):
            source = self.expr(self.form(["list", "tuple", "str"]))
            name = self.fresh("c")
            target = name
            if self.percent(15):
                other = self.fresh("c")
                target = self.pick([f"{name}, {other}", f"{name}, *{other}", f"[{name}, {other}]"])
                source = f"[({self.expr()}, {self.expr()})]"
                bound.append(other)
                self.locals.append(other)
            bound.append(name)
            self.locals.append(name)
            word = "for"
            if asynchronous and self.percent(50):
                word, source = "async for", f"Steps({self.chance.below(4)})"
            if not (source.isidentifier() or source[0] in "[("):
                source = f"({source})"
            elif "lambda" in source or " if " in source:
                source = f"({source})"
            text += f" {word} {target} in {source}"
            while self.percent(25):
                text += f" if {self.atom('bool')}"
        return text, bound

    def comprehension(self, left, kind, right):
        asynchronous = self.function == "async" and self.percent(40) and not self.nested
        self.nested += 1
        clauses, bound = self.clauses(asynchronous)
        saved = self.function
        value = self.atom(kind) if right != "}" or kind != "pair of" else f"{self.atom('str')}: {self.atom()}"
        self.function = saved
        self.nested -= 1
        for name in bound:
            self.locals.remove(name)
        return f"{left}{value}{clauses}{right}"

    @rule("any")
    def conditional(self, kind):
        return f"({self.expr(kind)} if {self.expr('bool')} else {self.expr(kind)})"

    @rule("any", 2)
    def group(self, kind):
        return f"({self.expr(kind)})"

    @rule("any", 3)
    def logged(self, kind):
        return f"log({self.chance.below(90)}, {self.expr(kind)})"

    @rule("any")
    def subscripted(self, kind):
        return f"[`{kind}`, `?`][{self.form(['0', '-2', '0', '1', "`int`"])}]"

    @rule("any")
    def from_dict(self, kind):
        return f"{{'k': {self.expr(kind)}}}['k']"

    @rule("any")
    def called_lambda(self, kind):
        name = self.fresh("p")
        self.locals.append(name)
        parameters = self.pick([name, f"{name}, /", f"*, {name}=1", f"{name}=2, *rest", f"{name}=3, **more", f"{name}, q=4, /"])
        self.nested += 1
        saved, self.function = self.function, "def"
        body = self.expr(kind)
        self.function = saved
        self.nested -= 1
        self.locals.remove(name)
        return f"(lambda {parameters}: {body})({'' if '=' in parameters and 'q' not in parameters else self.expr()})"

    @rule("any")
    def or_else(self, kind):
        return f"(`?` {self.form(['or', 'and'])} `{kind}`)"

    @rule("any")
    def call_function(self, kind):
        if not self.functions:
            return self.leaf(kind)
        return f"{self.pick(self.functions)}({self.arguments()})"

    @rule("any")
    def attribute(self, kind):
        return f"`(pair)`.{self.form(['x', 'y', 'shared', 'missing', 'x'])}"

    @rule("any")
    def assigned(self, kind):
        return self.named(kind) if self.nested else f"({self.named(kind)})"

    @rule("any")
    def yielded(self, kind):
        if self.function != "gen" or self.nested or self.in_class:
            return self.leaf(kind)
        return self.form([f"(yield `{kind}`)", "(yield)", "(yield from `(list)`)", "(yield `?`, `?`)"])

    @rule("any")
    def awaited(self, kind):
        if self.function != "async" or self.nested or self.in_class:
            return self.leaf(kind)
        return f"(await Awaited({self.expr(kind)}))"

    @rule("any")
    def wrong(self, kind):
        return self.pick(["missing_name", "(1 // 0)", "[][3]", "{}['k']", "int('x')", "None.y", "(1)(2)", "''.nope", "(1 + 'a')", "len(5)", "undefined.attr", "chr(-1)", "next(iter([]))", "p0.nope()", "s0.uper()", "[1, 2].push(3)", "tell.x.y", "(lambda a: a)()", "Pair(1, 2, 3)", "int(a=1)", "len()", "max([])", "(1,)[5]", "'abc'['x']", "d0['zz']", "i0.x", "f(", "f0.real.imag.foo"][:-2])

    @rule("int", 4)
    def int_leaf(self):
        return self.leaf("int")

    @rule("int", 5)
    def arithmetic(self):
        operator = self.pick(["+", "-", "*", "//", "%", "&", "|", "^", "+", "-"])
        if self.percent(50):
            return f"{self.atom('int')} {operator} {self.atom('int')}"
        return f"{self.expr('int')} {operator} {self.expr('int')}"

    @rule("int", 2)
    def power(self):
        return self.form(["`(int)` ** `#5`", "-`(int)` ** `#4`", "`(int)` << `#8`", "`(int)` >> `#8`", "2 ** -`#3`"])

    @rule("int", 2)
    def unary(self):
        return f"{self.form(['-', '+', '~', '- -', '-~'])}`(int)`"

    @rule("int")
    def measured(self):
        return "len(`str|list|dict|tuple|set|bytes`)"

    @rule("int")
    def built(self):
        return self.form(["int(`str`)", "sum(`list`)", "abs(`int`)", "max(`int`, `int`)", "`(str)`.find(`str`)", "`(list)`.index(`?`)", "hash(`int`)", "round(`float`)", "ord(`str`)", "`(int)`.bit_length()"])

    @rule("float", 2)
    def float_leaf(self):
        return self.leaf("float")

    @rule("float", 3)
    def float_arithmetic(self):
        return f"`(float)` {self.form(['+', '-', '*', '/', '//', '%'])} {self.atom(self.form(['int', 'float']))}"

    @rule("float")
    def division(self):
        return f"{self.atom('int')} / {self.atom('int')}"

    @rule("float")
    def complex_part(self):
        return f"(`(float)` + {self.form(['2j', '1.5J', '0j'])}).{self.form(['real', 'imag'])}"

    @rule("bool", 2)
    def bool_leaf(self):
        return self.leaf("bool")

    @rule("bool", 4)
    def compared(self):
        kind = self.pick(["int", "int", "str", "list", "tuple", "float", None])
        operator = self.pick(["<", "<=", "==", "!=", ">", ">="])
        text = f"{self.atom(kind)} {operator} {self.atom(kind)}"
        while self.percent(20):
            text += f" {self.form(['<', '<=', '==', '!=', '>', '>='])} {self.atom(kind)}"
        return text

    @rule("bool", 2)
    def contained(self):
        return f"`()` {self.form(['in', 'not in'])} {self.atom(self.form(['list', 'tuple', 'dict', 'set']))}"

    @rule("bool", 2)
    def identical(self):
        return f"`()` {self.form(['is', 'is not'])} {self.form(['None', 'n0', 'True', 'l0', '...'])}"

    @rule("bool", 2)
    def negated(self):
        return f"not {self.expr()}"

    @rule("bool", 2)
    def connected(self):
        return f"`bool` {self.form(['and', 'or'])} `bool`"

    @rule("bool")
    def asked(self):
        return f"{self.pick(['any', 'all'])}({self.comprehension('', 'bool', '')})"

    @rule("bool")
    def instance(self):
        return f"isinstance(`?`, {self.form(['int', 'str', '(int, list)', 'int | str', 'Pair', 'list[int]', '5'])})"

    @rule("str", 3)
    def str_leaf(self):
        return self.leaf("str")

    @rule("str")
    def joined_literals(self):
        return " ".join(self.pick(["'a'", '"b"', "'''c\nd'''", "r'\\e'", "'\\x41\\u00e9\\n'", "u'g'", 'R"\\h"', "'\\N{BULLET}'", "'\\\n'"]) for _ in range(self.chance.between(2, 3)))

    @rule("str", 2)
    def str_sum(self):
        return self.form(["`(str)` + `(str)`", "`(str)` * `#4`", "`(str)` % `()`", "'%s-%r' % (`?`, `?`)", "'%(a)s' % `(dict)`", "'{}{!r}'.format(`?`, `?`)"])

    @rule("str", 2)
    def str_part(self):
        return f"{self.atom('str')}[{self.slice()}]"

    @rule("str", 2)
    def str_method(self):
        return self.form(["`(str)`.upper()", "`(str)`.replace(`str`, `str`)", "`(str)`.join(`list`)", "str(`?`)", "repr(`?`)", "`(str)`.strip(`str`)", "`(str)`.center(`#9`, `str`)", "`(bytes)`.decode()", f"chr({self.chance.between(60, 90)})"])

    @rule("str", 3)
    def formatted(self):
        return self.interpolated("f")

    @rule("any")
    def templated(self, kind):
        return f"template({self.interpolated('t')})"

    def interpolated(self, letter):
        """An f-string or a t-string."""
        quote = self.pick(["'", '"', "'''", '"""'])
        prefix = self.pick([letter, letter, letter.upper(), letter + "r", "R" + letter])
        raw = len(prefix) > 1
        text = ""
        for _ in range(self.chance.between(1, 3)):
            roll = self.chance.below(10)
            if roll < 3:
                text += self.pick(["a", " b ", "{{", "}}", "\\n" if raw else "\\x42", "\u00e9", "#", "$"] + (["\n"] if len(quote) == 3 else []))
                continue
            saved, self.depth = self.depth, self.depth + 2
            inner = self.form(["`?`", "`?`", "`?`, `?`", "`?`,"])
            self.depth = saved
            if inner[0] == "{" or inner[0] == "\\":
                inner = " " + inner
            if ("lambda" in inner or ":=" in inner or "!" in inner) and inner[0] != "(":
                inner = f"({inner})"
            if "yield" in inner or "await" in inner:
                inner = f"({inner})"
            if self.percent(15):
                inner += self.pick([" = ", "=", " ="])
            if self.percent(30):
                inner += self.pick(["!r", "!s", "!a"])
            if self.percent(30):
                inner += ":" + self.pick(["", ">5", "^{i0}", "{'>'}{8}", "x", ".2f", "*<4", "{i0!r}", "{'>5'!s}", "05", "{{"][:-1])
            text += "{" + inner + "}"
        return prefix + quote + text + quote

    @rule("bytes", 2)
    def bytes_leaf(self):
        return self.leaf("bytes")

    @rule("bytes")
    def bytes_sum(self):
        return self.form(["`(bytes)` + `(bytes)`", "bytes(`list`)", "`(str)`.encode()", "`(bytes)`[`:`]", "b'%d' % 5", "b'a' rb'\\b'", "`(bytes)`.replace(b'y', `bytes`)"])

    @rule("list", 2)
    def list_leaf(self):
        return self.leaf("list")

    @rule("list", 4)
    def list_display(self):
        return f"[{self.comma(self.starred(self.pick(['int', 'str', None])))}]"

    @rule("list", 3)
    def list_comprehension(self):
        return self.comprehension("[", self.pick(["int", "str", None]), "]")

    @rule("list", 2)
    def list_operation(self):
        return self.form(["`(list)` + `(list)`", "`(list)` * `#3`", "`(list)`[`:`]", "sorted(`list`)", "list(`tuple|str|dict`)", f"list(map({self.form(['str', 'repr', 'len', 'lambda z: [z]'])}, `list`))", "list(zip(`list`, `str`))", "`(str)`.split()", "list(enumerate(`str`))", "[*`(list)`, *`(tuple)`]", "list(`comprehension`)", "list(range(`int` % 7))"])

    @rule("tuple", 2)
    def tuple_leaf(self):
        return self.leaf("tuple")

    @rule("tuple", 3)
    def tuple_display(self):
        parts = self.starred()
        return f"({', '.join(parts)}{',' if len(parts) == 1 or parts and self.percent(20) else ''})"

    @rule("tuple")
    def tuple_operation(self):
        return self.form(["`(tuple)` + `(tuple)`", "tuple(`list`)", "`(tuple)`[`:`]", "divmod(`int`, `int`)", "tuple(`comprehension`)", "`(str)`.partition(`str`)"])

    @rule("dict", 2)
    def dict_leaf(self):
        return self.leaf("dict")

    @rule("dict", 3)
    def dict_display(self):
        parts = ["**`(dict)`" if self.percent(20) else "`str|int`: `?`" for _ in range(self.chance.below(4))]
        return "{" + self.comma(parts) + "}"

    @rule("dict", 2)
    def dict_comprehension(self):
        self.nested += 1
        clauses, bound = self.clauses()
        key, value = self.atom(self.form(["int", "str"])), self.atom()
        self.nested -= 1
        for name in bound:
            self.locals.remove(name)
        return "{" + f"{key}: {value}{clauses}" + "}"

    @rule("dict")
    def dict_operation(self):
        return self.form(["`(dict)` | `(dict)`", f"dict({self.pick('abc')}=`?`)", "dict.fromkeys(`str`, `?`)", "dict(zip(`str`, `list`))"])

    @rule("set")
    def set_leaf(self):
        return self.leaf("set")

    @rule("set", 2)
    def set_display(self):
        return "{" + self.comma(self.starred(self.pick(["int", "str", "tuple"]), 1)) + "}"

    @rule("set")
    def set_comprehension(self):
        return self.comprehension("{", self.pick(["int", "tuple"]), "}")

    @rule("set")
    def set_operation(self):
        return f"`(set)` {self.form(['|', '&', '-', '^'])} `(set)`"

    @rule("pair", 3)
    def pair_new(self):
        return f"Pair({self.arguments() if self.percent(40) else ', '.join(self.several(None, 0, 2))})"

    @rule("pair")
    def pair_leaf(self):
        return "p0"

    @rule("pair")
    def pair_used(self):
        return f"(p0 + {self.expr()})"

    @rule("none")
    def none_leaf(self):
        return "None"

    @rule("none")
    def none_call(self):
        return self.form(["tell(`?`)", "l0.append(`?`)", "d0.update(`dict`)", "l1.reverse()", "n0", f"l0.sort(key={self.form(['str', 'lambda z: repr(z)', 'None'])})", "d0.get(`?`)", "print(`int`, sep=`str`)", "..."])

    @rule("none")
    def many_subscripts(self):
        return f"p0[{self.form(['`:`', '`:`, `int`', '...', '*l0', '*l0, `:`', '`?`,'])}]"

    @rule("none")
    def matmul(self):
        return f"p0 @ {self.atom()}"

    def slice(self):
        return self.form(["`(int)`", "`(int)`:", ":`(int)`", "::", f"::{self.form(['-1', '2', "`(int)`"])}", "`(int)`:`(int)`", f"`(int)`:`(int)`:{self.form(['-1', '2', '0'])}", "0", "-1", ":"])

    # Targets and patterns.

    def target(self):
        """Where something may be assigned to."""
        roll = self.chance.below(10)
        if roll < 6:
            name = self.pick(VARIABLES) if not self.function and not self.in_class else self.fresh("v")
            if self.function or self.in_class:
                self.locals.append(name)
            return name
        if roll < 7:
            return f"p0.{self.pick(['x', 'y', 'z'])}"
        if roll < 8:
            return f"{self.form(['l0', 'd0', 'p0', 'l1'])}[{self.form(['0', '-1', "`int`", "`:`"])}]"
        return f"d0[{self.expr('str')}]"

    def unpacking(self):
        parts = [self.target() for _ in range(self.chance.between(1, 3))]
        if self.percent(30):
            index = self.chance.below(len(parts))
            parts[index] = "*" + parts[index]
        if self.percent(10):
            parts.append(f"({self.target()}, {self.target()})")
        text = ", ".join(parts) + ("," if len(parts) == 1 else "")
        return self.pick([text, f"({text})", f"[{text}]"])

    def pattern(self, depth=0):
        if depth > 2:
            return self.by_rule("leaf_pattern")
        return self.by_rule("pattern", depth)

    @rule("leaf_pattern pattern", 4)
    def literal_pattern(self, depth=0):
        return self.pick(["0", "3", "-7", "2.5", "-1.5", "'abc'", "'a' 'b'", "b'yz'", "None", "True", "False", "1+2j", "-1-2j", "'x'", "1"])

    @rule("leaf_pattern pattern", 2)
    def capture_pattern(self, depth=0):
        name = self.fresh("m")
        self.bound.append(name)
        return name

    @rule("leaf_pattern pattern")
    def wildcard_pattern(self, depth=0):
        return "_"

    @rule("leaf_pattern pattern")
    def value_pattern(self, depth=0):
        return self.pick(["p0.x", "Pair.shared", "p0.missing"])

    @rule("pattern")
    def group_pattern(self, depth):
        return f"({self.pattern(depth + 1)})"

    @rule("pattern", 4)
    def sequence_pattern(self, depth):
        parts = [self.pattern(depth + 1) for _ in range(self.chance.below(4))]
        if self.percent(40):
            if self.percent(30):
                name = "_"
            else:
                name = self.fresh("m")
                self.bound.append(name)
            parts.insert(self.chance.below(len(parts) + 1), "*" + name)
        if self.percent(50):
            return f"[{self.comma(parts)}]"
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"

    @rule("pattern", 3)
    def mapping_pattern(self, depth):
        keys = ["'a'", "'b'", "1", "None", "p0.x", "-1", "'k'"]
        parts = []
        for _ in range(self.chance.below(3)):
            key = self.pick(keys)
            keys.remove(key)
            parts.append(f"{key}: {self.pattern(depth + 1)}")
        if self.percent(35):
            name = self.fresh("m")
            self.bound.append(name)
            parts.append("**" + name)
        return "{" + self.comma(parts) + "}"

    @rule("pattern", 4)
    def class_pattern(self, depth):
        name = self.pick(["int", "str", "list", "dict", "Pair", "Pair", "float", "tuple", "bytes", "p0", "Pair", "bool"])
        if name == "Pair":
            parts = [self.pattern(depth + 1) for _ in range(self.chance.below(3))]
            for attribute in ("x", "y", "shared")[len(parts):]:
                if self.percent(30):
                    parts.append(f"{attribute}={self.pattern(depth + 1)}")
        else:
            parts = [self.pattern(depth + 1)] if self.percent(50) else []
            if self.percent(15):
                parts.append(f"{self.pick(['real', 'imag', 'nothing'])}={self.pattern(depth + 1)}")
        return f"{name}({self.comma(parts)})"

    @rule("pattern", 2)
    def or_pattern(self, depth):
        kept = list(self.bound)
        parts = []
        for _ in range(self.chance.between(2, 3)):
            part = self.pattern(depth + 1)
            if self.bound != kept:
                self.bound[:] = kept
                part = self.literal_pattern()
            parts.append(f"({part})" if " as " in part or "|" in part else part)
        return "(" + " | ".join(part for part in parts if part != "_") + ")" if any(part != "_" for part in parts) else "0"

    @rule("pattern", 2)
    def as_pattern(self, depth):
        inner = self.pattern(depth + 1)
        name = self.fresh("m")
        self.bound.append(name)
        if inner == "_" or inner == self.bound[-2:-1]:
            inner = "int()"
        return f"({inner} as {name})" if not inner.isidentifier() else f"(str() as {name})"
