# Which of several syntax errors is told, and where; warnings of joined numbers.
import warnings

sources = ["\\", "\\\n", "x = \\", "x = \\\n", "x\\ y", "lambda", "lambda x", "lambda x)", "lambda x y", "f(lambda x y)", "²", "x²", "é = 1; ²",
           "def f() -> : pass", "def f() -> x y: pass", "if 1:\n\tx\n        y\n", "a b\nx\\ y", "a b\nif 1:\n    x\n  y", "  x = 1\n'", "a b\n'",
           "x\u200b = 1", "\u200b", "€", "a€b", "0b1_2", "0o1_9", "f(**x, *)", "f(**x, *y)", "def f(*args: *b = 1): pass", "def f(*args: b = 1): pass",
           b"X\x80", b"\xc3\xa9X\x80", b"a\n\xc3\xa9X\x80", "match x:\n case 0 ** 0j: pass", "match x:\n case {0: _, 0j: _}: pass",
           "match x:\n case (None | _) | _: pass"]
for source in sources:
    try:
        compile(source, "f", "exec")
        print(ascii(source), "fine")
    except SyntaxError as e:
        print(ascii(source), type(e).__name__, ascii(e.msg), e.lineno, e.offset)
for source in ("0xfor 1", "1if 1else 2", "0b1and 1", "0o7or 2", "1.5if 1 else 2", "1jif 1 else 2", "[1for x in ()]"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "f", "eval")
        print(source, [(str(w.message), w.category.__name__) for w in caught])
for source in (r"'\z'", r"b'\z'", r"'\407'"):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(source, "f", "eval")
        except SyntaxError as e:
            print(e.msg)
for d in ([1, 2, 3], (1, 2, 3), {1: 1, 2: 2, 3: 3}, "abc", iter("abc")):
    try:
        a, b = d
    except ValueError as e:
        print(e)
