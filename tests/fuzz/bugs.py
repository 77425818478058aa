"""Bugs put in on purpose: the fuzzer must see that answers differ (`compare.py --self-test`).

Half of them change a program before it is compiled, as a wrong compiler would; the others change what a
built-in type answers. `FUZZ_BUG` names the one to put in.
"""

import ast
import re


class Right:
    """No bug."""

    def compiled(self, source, name):
        return compile(source, name, "exec")

    def answer(self, source, text):
        return text


class Miscompiled(Right):
    """Compiles something else."""

    def __init__(self, change):
        self.change = change

    def compiled(self, source, name):
        tree = ast.parse(source, name)
        for node in ast.walk(tree):
            self.change(node)
        return compile(ast.fix_missing_locations(tree), name, "exec")


class Misanswered(Right):
    """Gives another answer where the source of a case has `within`."""

    def __init__(self, within, pattern, replacement):
        self.within = within
        self.pattern = pattern
        self.replacement = replacement

    def answer(self, source, text):
        return re.sub(self.pattern, self.replacement, text) if self.within in source else text


def operator(kind, wrong):
    def change(node):
        for field in ("op",):
            if isinstance(getattr(node, field, None), kind):
                setattr(node, field, wrong())
        if isinstance(node, ast.Compare):
            node.ops = [wrong() if isinstance(each, kind) else each for each in node.ops]

    return change


def without(kind, field, empty):
    def change(node):
        if isinstance(node, kind) and getattr(node, field):
            setattr(node, field, empty())

    return change


def first_comparison(node):
    if isinstance(node, ast.Compare):
        del node.ops[1:], node.comparators[1:]


def handlers_reversed(node):
    if isinstance(node, ast.Try) and all(handler.type for handler in node.handlers):
        node.handlers.reverse()


def operands_swapped(node):
    if isinstance(node, ast.BinOp):
        node.left, node.right = node.right, node.left


def shown_as_text(node):
    if isinstance(node, ast.FormattedValue) and node.conversion == 114:
        node.conversion = 115


def star_lost(node):
    if isinstance(node, ast.MatchStar):
        node.name = None


def last_default_lost(node):
    if isinstance(node, ast.arguments) and node.defaults:
        del node.defaults[0]


BUGS = {
    "less-or-equal": Miscompiled(operator(ast.LtE, ast.Lt)),
    "not-in": Miscompiled(operator(ast.NotIn, ast.In)),
    "or-is-and": Miscompiled(operator(ast.Or, ast.And)),
    "remainder": Miscompiled(operator(ast.Mod, ast.FloorDiv)),
    "loop-else": Miscompiled(without((ast.For, ast.While), "orelse", list)),
    "finally": Miscompiled(without(ast.Try, "finalbody", lambda: [ast.Pass()])),
    "guard": Miscompiled(without(ast.match_case, "guard", lambda: None)),
    "slice-step": Miscompiled(without(ast.Slice, "step", lambda: None)),
    "chain": Miscompiled(first_comparison),
    "handlers": Miscompiled(handlers_reversed),
    "operands": Miscompiled(operands_swapped),
    "conversion": Miscompiled(shown_as_text),
    "match-star": Miscompiled(star_lost),
    "default": Miscompiled(last_default_lost),
    "find": Misanswered(".find(", r"r=-1\b", "r=0"),
    "overflow": Misanswered("", r"!OverflowError", "!ValueError"),
    "negative-zero": Misanswered("", r"r=-0\.0\b", "r=0.0"),
    "empty-part": Misanswered("split(", r"r=\['', ", "r=["),
    "hex-digits": Misanswered(".hex(", r"r='.*?'", lambda found: found.group().upper().replace("R=", "r=")),
    "key-error": Misanswered("", r"!KeyError: '(\w+)'", r"!KeyError: \1"),
}


def chosen(name):
    return BUGS[name] if name else Right()
