"""Statements of generated programs."""

from expressions import EXCEPTIONS, KINDS, OF_KIND, VARIABLES, Expressions, rule


class Writer(Expressions):
    """Writes programs."""

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
