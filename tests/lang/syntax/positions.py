# Where an error is: the range of columns that a traceback underlines.
import traceback

PROGRAMS = [
    "1 + 2 / 0 + 3", "f(1)(2, g(3))", "x.y.z", "a[1][2]", "[1, 2][5]", "(1 +\n 'a')", "foo(1,\n    2)", "x = y = undefined", "a, b = 5", "for i in 5: pass", "with 5: pass", "import nothing_here",
    "raise ValueError('x')", "assert 1 == 2, 'text'", "del missing", "-'a'", "not 1 + 'a'", "'a' < 1", "1 in 5", "print(*5)", "{}['k']", "{'a': 1}['b'] + 2", "f'{undefined}'", "lambda: 0\n(lambda: undefined)()", "[undefined for i in range(2)]",
    "class C:\n    x = undefined", "def f(x=undefined): pass", "@undefined\ndef f(): pass", "x = [1,\n     undefined,\n     3]", "a = 1\na.b = 2", "a = 1\na += 'b'", "(1)()", "'é' + 1 + 'ü'", "日本 = 1; 日本.語", "try:\n    1/0\nexcept undefined:\n    pass",
]
for program in PROGRAMS:
    try:
        exec(compile(program, "<p>", "exec"), {"f": lambda *a: (lambda *b: 1 / 0), "g": lambda x: x, "x": None, "a": [0]})
        print(repr(program), "runs")
    except Exception as e:
        frames = [f for f in traceback.TracebackException.from_exception(e).stack if f.filename == "<p>"]
        print(repr(program), "->", type(e).__name__, [(f.name, f.lineno, f.end_lineno, f.colno, f.end_colno) for f in frames])
