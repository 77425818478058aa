# Errors that are found after parsing show the line of a source only if it is a file.
SOURCES = [
    "return 'a'",
    "def f(a,a): pass",
    "nonlocal x",
    "x = 1 +",
    "def f():\n  global x\n  x: int",
    "break",
    "[x:=1 for x in y]",
    "f(**x, *y)",
    "None = 1",
    "del f()",
    "class A:\n  yield 1",
    "await x",
    "from __future__ import nope",
    "def f():\n from x import *",
    "try:\n pass\nexcept:\n pass\nexcept A:\n pass",
    "match x:\n case a: pass\n case b: pass",
    "import __debug__",
    "x = lambda __debug__: 1",
    "a, *b, *c = d",
    "*a = 1",
    "{**x for x in y}",
    "async def f():\n yield 1\n return 2",
    "continue",
    "def f():\n  x=1\n  nonlocal x",
    "__debug__ = 1",
    "f(a=1,a=2)",
    "'a'.__debug__=1",
]

for source in SOURCES:
    try:
        compile(source, "<string>", "exec")
    except SyntaxError as error:
        print(repr(source), error.msg, repr(error.text), error.offset, error.end_offset)
    else:
        print(repr(source), "compiles")
