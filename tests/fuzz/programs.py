"""Programs from the grammar: every statement, expression and pattern of Python 3.14.

A program ends, prints the same every time, and says what happened: values, the order of evaluation (`log`),
exceptions with the positions of their tracebacks, and what its variables hold at the end. `RULES` has the productions;
each chooses among its alternatives by weight, and `HITS` counts what was chosen.
"""

import asyncio
import linecache
import sys
import traceback
import types

import show

HITS = {}
STEPS = 1500


class TooLong(BaseException):
    """The program has done enough."""


class Manager:
    """A context manager, of both sorts, that tells what is done to it."""

    def __init__(self, name, swallows=False):
        self.name = name
        self.swallows = swallows

    def __enter__(self):
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__)
        return self.swallows

    async def __aenter__(self):
        print("aenter", self.name)
        return self

    async def __aexit__(self, kind, value, trace):
        print("aexit", self.name, kind and kind.__name__)
        return self.swallows


class Pair:
    """For patterns of classes, and attributes to assign."""

    __match_args__ = ("x", "y")
    shared = 5

    def __init__(self, x=1, y=2):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return isinstance(other, Pair) and self.x == other.x

    def __hash__(self):
        return 1

    def __add__(self, other):
        print("add")
        return self

    def __getitem__(self, key):
        print("item", show.show(key))
        if type(key) is int and key > 3:
            raise IndexError("end of Pair")
        return 4

    def __setitem__(self, key, value):
        print("set item", show.show(key), show.show(value))

    def __delitem__(self, key):
        print("del item", show.show(key))

    def __matmul__(self, other):
        return ("matmul", show.show(other))

    def __call__(self, *arguments, **named):
        return (len(arguments), sorted(named))


class Steps:
    """An asynchronous iterator."""

    def __init__(self, limit):
        self.left = limit

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.left <= 0:
            raise StopAsyncIteration
        self.left -= 1
        return self.left


class Awaited:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        print("await", show.show(self.value))
        yield "token"
        return self.value


def drive(coroutine):
    """Runs a coroutine to its end without a loop."""
    count = 0
    while True:
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        count += 1
        if count > 200:
            coroutine.close()
            return "closed"


def collect(agen):
    async def gather():
        return [value async for value in agen]

    return drive(gather())


def decorate(mark):
    def apply(thing):
        print("decorate", show.show(mark), getattr(thing, "__name__", "?"))
        return thing

    return apply


def template(value):
    """What a template string holds."""
    parts = [(each.value, each.expression, each.conversion, each.format_spec) for each in value.interpolations]
    return ("template", value.strings, parts)


class Meta(type):
    @classmethod
    def __prepare__(metatype, name, bases, **keywords):
        print("prepare", name, sorted(keywords))
        return {"prepared": len(bases)}

    def __new__(metatype, name, bases, body, **keywords):
        return super().__new__(metatype, name, bases, dict(body))

    def __init__(cls, name, bases, body, **keywords):
        super().__init__(name, bases, body)


class Hooked:
    def __init_subclass__(cls, /, tag=None, **keywords):
        print("init subclass", cls.__name__, show.show(tag))

    def __set_name__(self, owner, name):
        print("set name", name)


def environment():
    """The names that a program starts with."""
    left = [STEPS]

    def step():
        left[0] -= 1
        if left[0] < 0:
            raise TooLong

    def log(number, value=None):
        step()
        print("log", number)
        return value

    def clip(value):
        """Keeps values small, however often they are multiplied."""
        step()
        kind = type(value)
        if kind is int:
            return value if -(10**12) < value < 10**12 else value % 1000003
        if kind in (str, list, tuple, bytes) and len(value) > 40:
            return value[:40]
        return value

    def tell(value):
        step()
        print(shown(value))

    names = {
        "log": log, "clip": clip, "tell": tell, "Manager": Manager, "Pair": Pair, "Steps": Steps, "Awaited": Awaited, "drive": drive, "collect": collect,
        "decorate": decorate, "template": template, "Meta": Meta, "Hooked": Hooked, "__name__": "case", "__builtins__": __builtins__,
        "i0": 3, "i1": -7, "f0": 2.5, "s0": "abc", "s1": "x", "b0": b"yz", "l0": [1, 2, 3], "l1": ["p", 4.5], "t0": (1, "q"), "d0": {"a": 1, "b": [2]}, "e0": {1, 2}, "p0": Pair(3, 4), "n0": None,
    }
    sys.modules["case"] = module = types.ModuleType("case")
    module.__dict__.update(names)
    return module.__dict__


def shown(value):
    if type(value) is Pair:
        return f"Pair({shown(value.x)}, {shown(value.y)})"
    return show.show(value)


def run(source, compiled):
    """Runs a program; what it does is printed."""
    names = environment()
    try:
        code = compiled(source, "<case>")
    except BaseException as exception:
        print("cannot be compiled:", where_of(exception))
        return
    linecache.cache["<case>"] = (len(source), None, source.splitlines(True), "<case>")
    try:
        exec(code, names)
    except BaseException as exception:
        print("ends with", told(exception))
    for name in VARIABLES:
        try:
            print(name, shown(names[name]) if name in names else "is gone")
        except Exception as exception:
            print(name, "cannot be shown", show.error(exception))


def where_of(exception):
    if isinstance(exception, SyntaxError):
        return f"{type(exception).__name__} {exception.msg} {exception.lineno}:{exception.offset}-{exception.end_lineno}:{exception.end_offset}"
    return show.error(exception)


def told(exception, depth=0):
    """An exception, the positions of its traceback, and what it came from."""
    parts = [show.error(exception)]
    for frame, line in traceback.walk_tb(exception.__traceback__):
        code = frame.f_code
        if code.co_filename != "<case>":
            continue
        parts.append(f"at {code.co_qualname} {line}")
    for summary in traceback.extract_tb(exception.__traceback__):
        if summary.filename == "<case>":
            parts.append(f"[{summary.lineno}:{summary.colno}-{summary.end_lineno}:{summary.end_colno}]")
    if depth < 3:
        if exception.__cause__ is not None:
            parts.append("from {" + told(exception.__cause__, depth + 1) + "}")
        elif exception.__context__ is not None and not exception.__suppress_context__:
            parts.append("after {" + told(exception.__context__, depth + 1) + "}")
    return " ".join(parts)


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


class Writer:
    """Writes a program. `chance` decides everything."""

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

    # Statements.

    def block(self, least=1, most=3):
        """An indented block."""
        self.level += 1
        self.blocks += 1
        kept = len(self.locals)
        for _ in range(self.chance.between(least, most)):
            self.statement()
        del self.locals[kept:]
        self.blocks -= 1
        self.level -= 1

    def statement(self):
        if self.blocks > 3 or len(self.lines) > 70:
            return self.by_rule("simple")
        if self.percent(60):
            if self.percent(5):
                saved = self.lines
                self.lines = []
                level, self.level = self.level, 0
                self.by_rule("simple")
                self.by_rule("simple")
                made, self.lines, self.level = self.lines, saved, level
                if not any("\n" in line for line in made):
                    return self.line("; ".join(made) + self.pick(["", ";"]))
                for line in made:
                    self.line(line)
                return
            return self.by_rule("simple")
        return self.by_rule("compound")

    @rule("simple", 5)
    def assignment(self):
        kind = self.pick(KINDS)
        value = f"clip({self.expr(kind)})"
        if self.function or self.in_class:
            return self.line(f"{self.target()} = {value}")
        self.line(f"{self.pick(OF_KIND.get(kind, VARIABLES))} = {value}")

    @rule("simple", 2)
    def to_target(self):
        value = f"clip({self.expr()})"
        self.line(f"{self.target()} = {value}")

    @rule("simple", 2)
    def chained(self):
        value = self.form(["clip(`?`)", "`tuple`", "`?`, `?`", "*`(list)`, `?`"])
        self.line(f"{self.target()} = {self.target()} = {value}")

    @rule("simple", 3)
    def unpacked(self):
        value = self.expr(self.form(["tuple", "list", "str"]))
        if self.percent(50):
            value = f"{self.expr()}, {self.expr()}"
        self.line(f"{self.unpacking()} = {value}")

    @rule("simple", 3)
    def augmented(self):
        if self.function or self.in_class:
            return self.line(f"p0.x {self.form(['+=', '-='])} `int`")
        kind = self.pick(["int", "int", "str", "list", "set", "dict", "float", "tuple"])
        operators = {"int": ["+=", "-=", "//=", "%=", "&=", "|=", "^=", ">>=", "/="], "str": ["+=", "%="], "list": ["+="], "set": ["|=", "&=", "-=", "^="], "dict": ["|="], "float": ["+=", "*=", "/=", "**=", "@="], "tuple": ["+="]}
        name = self.pick(OF_KIND[kind])
        target = self.pick([name, name, name, "p0.x", "l0[0]", "d0['a']"])
        self.line(f"{target} {self.pick(operators[kind])} {self.expr(kind if kind != 'float' else 'int')}")
        if target == name:
            self.line(f"{name} = clip({name})")

    @rule("simple")
    def shifted(self):
        self.line(f"i0 {self.pick(['*=', '<<=', '**='])} {self.chance.below(4)}; i0 = clip(i0)" if not self.function and not self.in_class else "pass")

    @rule("simple")
    def annotated(self):
        if self.function:
            name = self.fresh("v")
            self.line(f"{name}: {self.expr()} = {self.expr()}")
            self.locals.append(name)
            return
        self.line(self.form(["a_: `?`", "b_: int = `?`", "(c_): `?` = `?`", "p0.x: `?` = `?`", "d0['ann']: `?`", "e_: `?` = `?`, `?`"]))

    @rule("simple", 6)
    def told(self):
        self.line(f"tell({self.expr()})")

    @rule("simple", 2)
    def expression(self):
        self.line(self.form(["`?`", "`none`", "`?`, `?`", "*`(list)`, `?`"]))

    @rule("simple")
    def passed(self):
        self.line(self.pick(["pass", "...", "'text'"]))

    @rule("simple")
    def deleted(self):
        if self.function:
            name = self.fresh("v")
            self.line(f"{name} = `?`; del {self.form([name, f'({name})', f'[{name}]', f'{name},', f'({name},)'])}")
            return
        self.line("del " + self.form(["d0['a']", "l0[0]", "p0.x", "l0[`:`]", "d0[`str`]", "l1[0], l1[0]", "(l0[0], d0['a'])", "[l0[-1]]", "p0[1]", "p0.y, p0[0:1]", self.pick(VARIABLES), "p0.nothing"]))

    @rule("simple")
    def asserted(self):
        self.line(f"assert {self.expr('bool')}" + (f", {self.expr()}" if self.percent(50) else ""))

    @rule("simple")
    def raised(self):
        name = self.pick(EXCEPTIONS)
        text = self.form([f"raise {name}", f"raise {name}(`?`)", f"raise {name}(`?`) from {self.form(['None', 'KeyError(1)', '`?`'])}", f"raise ExceptionGroup('g', [ValueError(`?`), {name}(1)])", "raise", "raise `?`"])
        if self.percent(70):
            text = f"if {self.expr('bool')}: {text}" if "\n" not in text else text
        self.line(text)

    @rule("simple")
    def returned(self):
        if self.function and not self.in_class and not self.star:
            text = "return" if self.function == "agen" or self.percent(20) else self.form(["return `?`", "return `?`, `?`", "return *`(list)`, `?`"])
            return self.line(f"if {self.expr('bool')}: {text}" if self.percent(60) else text)
        self.line(f"tell({self.expr()})")

    @rule("simple")
    def left_loop(self):
        if self.in_loop and not self.star:
            word = self.pick(["break", "continue"])
            return self.line(f"if {self.expr('bool')}: {word}" if self.percent(70) else word)
        self.line("pass")

    @rule("simple")
    def imported(self):
        module = self.pick(["math", "math as m_", "os.path", "os.path as q_", "math, string", "nothing_here", "collections.abc", "xml.nothing"])
        text = self.pick([f"import {module}", f"from math import {self.pick(['pi', 'pi as r_', '(pi, e)', '(pi as s_, e,)', 'nothing', 'floor, ceil'])}", "from . import x", "from .y import z", "from .. import u", "from collections import *" if not self.function and not self.in_class else "from string import digits"])
        self.line(text)

    @rule("simple")
    def yielded_statement(self):
        if self.function in ("gen", "agen") and not self.in_class:
            self.line(self.form(["yield `?`", "yield", "got_ = yield `?`", "yield `?`, *`(list)`"] + (["yield from `(list)`", "tell((yield from `(tuple)`))"] if self.function == "gen" else [])))
            return
        self.line(f"tell({self.expr()})")

    @rule("simple")
    def aliased(self):
        name = self.fresh("A")
        self.line(f"type {name}{self.type_parameters() if self.percent(50) else ''} = {self.pick(['int', 'list[int]', 'int | None', 'missing_later', name + ' | int'])}")
        self.line(f"tell({name}.__name__); tell({name}.__type_params__)")
        if self.percent(50):
            self.line(f"tell({name}.__value__)")

    def type_parameters(self):
        parts = []
        defaulted = False
        for _ in range(self.chance.between(1, 3)):
            letter = self.fresh("T")
            roll = self.chance.below(6)
            text = f"*{letter}" if roll == 0 and not any(part[0] == "*" and part[1] != "*" for part in parts) else f"**{letter}" if roll == 1 else letter + self.pick(["", ": int", ": (int, str)", ": missing_later"])
            if defaulted or self.percent(25):
                defaulted = True
                text += " = " + self.pick(["int", "[int]", "missing_later"] if text[:2] == "**" else ["*tuple[int, str]", "tuple"] if text[0] == "*" else ["int", "str"])
            parts.append(text)
        return f"[{self.comma(parts)}]"

    @rule("simple")
    def scoped(self):
        if self.function and not self.in_class and not self.nested:
            if self.outer and self.percent(50):
                name = self.pick(self.outer)
                return self.line(f"if True:\n{'    ' * (self.level + 1)}tell({name})")
        self.line("tell(sorted(k for k in locals() if k in ('a_', 'b_')))" if not self.in_class else "pass")

    @rule("compound", 4)
    def if_statement(self):
        if self.percent(15):
            self.line(f"if {self.named('bool')}: tell({self.chance.below(50)})")
            if self.percent(50):
                self.line(f"else: tell({self.chance.below(50)})")
            return
        self.line(f"if {self.named('bool')}:")
        self.block()
        while self.percent(25):
            self.line(f"elif {self.named('bool')}:")
            self.block(1, 2)
        if self.percent(40):
            self.line("else:")
            self.block(1, 2)

    @rule("compound", 3)
    def for_statement(self):
        saved = self.in_loop, self.star
        source = self.form(["`list|tuple|str|dict|set`", "`list|tuple|dict`", "`?`, `?`", "*`(list)`, `?`", "range(`#4`)", "enumerate(`str`)"])
        if "e0" in source or "set" in source or "{" in source:
            source = f"range({self.chance.below(4)})"
        source = source if "," in source and source[0] != "(" and "*" in source else f"list({source})[:4]" if "," not in source else f"[{source}][:4]"
        target = self.unpacking() if source.startswith("list(enumerate") or self.percent(10) else self.target()
        word = "for"
        if self.function in ("async", "agen") and self.percent(40) and not self.in_class:
            word, source = "async for", f"Steps({self.chance.below(4)})"
        self.line(f"{word} {target} in {source}:")
        self.in_loop, self.star = True, False
        self.block()
        self.in_loop, self.star = saved
        if self.percent(30):
            self.line("else:")
            self.block(1, 2)

    @rule("compound", 2)
    def while_statement(self):
        saved = self.in_loop, self.star
        counter = self.fresh("n")
        self.line(f"{counter} = 0")
        self.line(f"while ({counter} := {counter} + 1) < {self.chance.between(2, 4)}" + (f" and {self.atom('bool')}" if self.percent(50) else "") + ":" if not self.in_class else f"while ({counter} := {counter} + 1) < 3:")
        self.in_loop, self.star = True, False
        self.block()
        self.in_loop, self.star = saved
        if self.percent(30):
            self.line("else:")
            self.block(1, 2)

    @rule("compound", 6)
    def try_statement(self):
        star = self.percent(25)
        self.line("try:")
        self.block()
        caught = self.percent(88)
        if caught:
            used = 0
            for _ in range(self.chance.between(1, 3)):
                names = self.pick(EXCEPTIONS)
                if self.percent(30):
                    other = self.pick(EXCEPTIONS)
                    names = self.pick([f"({names}, {other})", f"{names}, {other}", f"({names},)"])
                if self.percent(4):
                    names = self.pick(["missing_name", "5", "(ValueError, 5)", "ExceptionGroup"])
                name = self.fresh("x") if self.percent(60) and (names[0] == "(" or "," not in names) else None
                self.line(f"except{'*' if star else ''} {names}{f' as {name}' if name else ''}:")
                saved, self.star = self.star, self.star or star
                if name:
                    self.level += 1
                    self.line(f"tell({name}); tell({name}.__context__)")
                    self.level -= 1
                self.block(1, 2)
                self.star = saved
                used += 1
            if not star and self.percent(40):
                self.line("except:")
                self.block(1, 2)
            if self.percent(25):
                self.line("else:")
                self.block(1, 2)
        if not caught or self.percent(30):
            self.line("finally:")
            saved, self.star = self.star, True
            self.block(1, 2)
            self.star = saved

    @rule("compound", 3)
    def with_statement(self):
        word = "async with" if self.function == "async" and self.percent(50) and not self.in_class else "with"
        items = []
        for _ in range(self.chance.between(1, 3)):
            item = f"Manager(`#30`, {self.form(['False', 'False', 'True', "`bool`"])})" if self.percent(92) else self.expr()
            if self.percent(50):
                item = f"{item if item.startswith('Manager') else f'({item})'} as {self.form(['`target`', '`target`', '(`target`, *`target`)'])}"
            items.append(item)
        text = ", ".join(items)
        if self.percent(35):
            text = f"({text}{self.pick(['', ','])})"
        self.line(f"{word} {text}:")
        self.block()

    @rule("compound", 4)
    def match_statement(self):
        subject = self.form(["`?`", "`?`", "`?`, `?`", "*`(list)`, `?`", "`pair`", "`dict`", "`list`"])
        self.line(f"match {subject}:")
        self.level += 1
        for _ in range(self.chance.between(1, 4)):
            self.bound = []
            pattern = self.pattern()
            if self.percent(20):
                pattern = self.pick([f"{pattern}, *_", f"{pattern},", f"{pattern}, {self.pattern()}"])
            guard = ""
            irrefutable = pattern == "_" or pattern.strip("()").isidentifier() and pattern.strip("()") not in ("None", "True", "False")
            bound = list(self.bound)
            kept = len(self.locals)
            self.locals.extend(bound)
            if self.percent(25) or irrefutable:
                guard = f" if {self.named('bool')}"
            self.line(f"case {pattern}{guard}:")
            self.level += 1
            if bound:
                self.line(f"tell([{', '.join(bound)}])")
            self.level -= 1
            self.block(1, 2)
            del self.locals[kept:]
        if self.percent(40):
            self.line("case _: tell('none')")
        self.level -= 1

    def parameters(self):
        """A list of parameters, and their names."""
        names = []
        parts = []
        defaulted = False

        def parameter(annotated=True):
            nonlocal defaulted
            name = self.fresh("a") if self.percent(60) else self.pick([each for each in "abcxy" if each not in names] or [self.fresh("a")])
            names.append(name)
            text = name + (f": {self.expr()}" if self.percent(15) else "")
            if defaulted or self.percent(40):
                defaulted = True
                text += ("=" if ":" not in text else " = ") + self.leaf(self.pick(KINDS))
            return text

        for _ in range(self.chance.below(3)):
            parts.append(parameter())
        if parts and self.percent(25):
            parts.append("/")
            for _ in range(self.chance.below(2)):
                parts.append(parameter())
        roll = self.chance.below(10)
        if roll < 4:
            if roll < 2:
                name = self.fresh("a")
                names.append(name)
                parts.append(f"*{name}" + self.pick(["", "", ": int", ": *tuple[int]"]))
            else:
                parts.append("*")
            for _ in range(self.chance.between(1 if roll >= 2 else 0, 2)):
                defaulted = False
                parts.append(parameter())
        if self.percent(25):
            name = self.fresh("a")
            names.append(name)
            parts.append(f"**{name}")
        return self.comma(parts) if parts and parts[-1] != "/" or not self.percent(20) else ", ".join(parts), names

    def body(self, kind, names, least=1, most=4):
        saved = self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested, self.outer
        self.outer = [name for name in self.locals] if self.function else []
        self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested = kind, False, False, list(names), False, 0
        self.block(least, most)
        if kind in ("gen", "agen"):
            self.level += 1
            self.line(f"yield {self.expr()}")
            self.level -= 1
        self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested, self.outer = saved

    def decorators(self):
        while self.percent(15):
            self.line("@" + self.form(["decorate(`?`)", "(lambda thing: thing)", "decorate(1)", "[decorate(2)][0]", "tell if False else decorate(3)"]))

    @rule("compound", 5)
    def function_definition(self):
        name = self.fresh("f")
        self.decorators()
        kind = self.pick(["def", "def", "def", "gen", "async", "agen"])
        types_ = self.type_parameters() if self.percent(12) else ""
        text, names = self.parameters()
        result = f" -> {self.expr()}" if self.percent(10) else ""
        self.line(f"{'async ' if kind in ('async', 'agen') else ''}def {name}{types_}({text}){result}:")
        if self.percent(10):
            self.level += 1
            self.line("'''Says what it does.'''")
            self.level -= 1
        if self.percent(15):
            self.level += 1
            if self.function and self.locals and self.percent(60):
                outer = [each for each in self.locals if each not in names and each.endswith("_") and each[0] in "va"]
                if outer:
                    chosen = self.pick(outer)
                    self.line(f"nonlocal {chosen}")
                    self.line(f"{chosen} = {self.leaf('int')}")
            else:
                chosen = self.pick(VARIABLES)
                self.line(f"global {chosen}" if chosen != "i0" else "global i0, i1")
                self.line(f"{chosen} = {self.leaf(self.pick(KINDS))}")
            self.level -= 1
        self.body(kind, names)
        arguments = self.arguments()
        if self.percent(60):
            required = [part for part in text.split(", ")] if "lambda" not in text and "(" not in text else []
            arguments = ", ".join(self.leaf("int") for part in required if part and part[0] not in "*/" and "=" not in part)
        call = f"{name}({arguments})"
        wrapped = {"def": f"tell({call})", "gen": f"tell(list({call})[:9])", "async": f"tell(drive({call}))", "agen": f"tell(collect({call}))"}[kind]
        if self.function == "async" and kind == "async" and not self.in_class:
            wrapped = f"tell(await {call})"
        if kind == "gen" and self.percent(30):
            wrapped = f"g_ = {call}; tell(next(g_, None)); tell(g_.send(`_int`)); g_.{self.form(['close()', 'throw(KeyError(1))', 'throw(ValueError)'])}"
        if self.percent(85):
            self.line("try:")
            self.level += 1
            self.line(wrapped)
            self.level -= 1
            self.line("except Exception as x_: tell(x_); del x_" if not self.star else "except Exception as x_: tell(x_)")
        else:
            self.line(wrapped)
        if types_ and self.percent(50):
            self.line(f"tell({name}.__type_params__)")
        if self.percent(15):
            self.line(f"tell({name}.__annotations__)")
        if not self.function and not self.in_class and kind == "def" and self.blocks == 0:
            self.functions.append(name)

    @rule("compound", 2)
    def class_definition(self):
        name = self.fresh("C")
        self.decorators()
        types_ = self.type_parameters() if self.percent(12) else ""
        bases = self.form(["", "", "()", "(Pair)", "(Hooked, tag=1)", "(metaclass=Meta)", "(Pair, metaclass=Meta, flag=2)", "(*[Pair])", "(**{'metaclass': Meta})", "(int, str)", "(`?`)", "(list, Pair)", "(Exception)"])
        self.line(f"class {name}{types_}{bases}:")
        self.level += 1
        saved = self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested
        if self.percent(10):
            self.line("'''A class.'''")
        if self.percent(15):
            self.line(self.pick(["__slots__ = ('s1_', 's2_')", "hooked = Hooked()", "__match_args__ = ('x',)", "x = __qualname__"]))
        self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested = "", False, True, [], True, 0
        self.level -= 1
        self.block(1, 3)
        self.level += 1
        for _ in range(self.chance.below(3)):
            method = self.pick(["method", "__init__", "__repr__", "prop", "of", "__getattr__", "__len__", "__bool__", "__enter__", "__iter__"])
            if method == "prop":
                self.line("@property")
            if method == "of":
                self.line("@classmethod")
            extra = {"__init__": ", *a, **k", "__getattr__": ", name", "method": ", a=1"}.get(method, "")
            self.line(f"def {method}(self{extra}):")
            if method == "method" and self.percent(40):
                self.level += 1
                self.line("tell(__class__.__name__); tell(super().__thisclass__.__name__)")
                self.level -= 1
            if method == "__getattr__":
                self.level += 1
                self.line("raise AttributeError(name)")
                self.level -= 1
            else:
                self.body("def", ["self"], 1, 2)
        self.function, self.in_loop, self.in_class, self.locals, self.star, self.nested = saved
        self.level -= 1
        self.line("try:")
        self.level += 1
        self.line(f"o_ = {name}({self.arguments() if self.percent(30) else ''})")
        self.line(self.pick(["tell(o_.method())", "tell(o_.prop)", "tell(type(o_).__mro__)", "tell(o_.nothing)", "tell(o_.of())", "tell(len(o_))", "tell(bool(o_))", "tell([*o_])", f"tell(sorted(set(vars({name})) - {{'__static_attributes__', '__firstlineno__'}}))", f"tell({name}.__annotations__)", f"tell({name}.__static_attributes__)", f"tell({name}.__firstlineno__)"]))
        self.level -= 1
        self.line("except Exception as x_: tell(x_)")
        self.line("x_ = None")

    bound = []


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


def case(chance, number):
    """The source of a program."""
    writer = Writer(chance)
    for _ in range(chance.between(2, 7)):
        writer.statement()
    return "\n".join(writer.lines) + "\n"
