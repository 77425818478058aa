# What the compiler says about wrong programs.
PROGRAMS = [
    "x = ", "(", ")", "(]", "[1, 2", "'abc", "'''abc", "f(", "x = 5 6", "if x\n  y", "if x:\npass", "  x", "def f(:\n pass", "def f(a, a): pass",
    "def f(a=1, b): pass", "def f(*): pass", "def f(**k, a): pass", "f(a=1, 2)", "f(**k, *a)", "f(a=1, a=2)", "f(x for x in y, 1)", "return 1", "yield 1", "await x",
    "break", "continue", "class C: return 1", "nonlocal x", "def f():\n nonlocal x", "def f():\n x = 1\n global x", "def f(x):\n global x", "1 = x", "f() = 1", "None = 1",
    "x + 1 = 2", "(a, 1) = 2", "x: int: str", "a, b += 1", "del f()", "del 1", "for 1 in x: pass", "with x as 1: pass", "import", "from x import", "from x import *, y", "import a.b as",
    "def f():\n from x import *", "lambda: (yield)", "[yield 1 for x in y]", "async def f():\n yield from x", "def f():\n async with x: pass", "def f():\n await x", "try: pass", "try: pass\nexcept: pass\nexcept A: pass",
    "try: pass\nexcept A: pass\nexcept* B: pass", "raise x from", "else: pass", "match x:\n case a: pass\n case b: pass", "match x:\n case a | b: pass", "match x:\n case {**a, 'b': 1}: pass", "match x:\n case [*a, *b]: pass", "x = 0777", "x = 1_", "x = 1__0", "x = 0x", "x = 1a", "'\\N{no such}'", "b'é'",
    "'\\x1'", "u'' b''", "{1: 2, 3}", "{**a, b}", "{*a: 1}", "*a", "x = *a", "print 5", "exec 'x'", "x++", "x = y = ", "a := 1", "(a := 1, b = 2)", "[a = 1]", "if x = 1: pass", "while x = 1: pass",
    "f'{a", "f'{a!}'", "f'{}'", "f'{a:{b:{c}}}'", "\tx\n    y", "if x:\n\ty\n        z", "if x:\n    y\n  z", "x = $", "x = ?", "x = é€", "from __future__ import nothing", "x\nfrom __future__ import annotations", "import a, b,", "class C(x for x in y): pass", "def f() -> : pass",
    "@\ndef f(): pass", "True = 1", "def True(): pass", "f(True=1)", "x.None = 1", "async x", "a if b", "a if b else", "not", "a not b", "a is", "[x for x]", "[for x in y]", "(x for x in y) = 1", "{x for x in y} = 1", "x = {", "type X = yield", "def f[T, T](): pass", "global x, y z",
    "__debug__ = 1", "def f(__debug__): pass", "assert", "del", "pass 1", "x = 1;;", "a.1", "1.a", "0b12", "0o8", "1e", "é = 1; ²", "x\\ y", "\\", "elif x: pass", "for x y: pass", "for x in y pass", "def f() pass", "class C pass", "import a.b.", "with a, b pass", "lambda x y: 1",
]
for program in PROGRAMS:
    try:
        compile(program, "<test>", "exec")
        print(repr(program), "compiles")
    except SyntaxError as e:
        print(repr(program), "->", type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset))
