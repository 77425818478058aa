# What generated programs found: positions, contexts and orders of evaluation that were wrong once.
import ast
import traceback


def frames(error):
    return [(frame.name, frame.lineno, frame.colno, frame.end_colno) for frame in traceback.extract_tb(error.__traceback__)[1:]]


def run(source):
    names = {}
    try:
        exec(compile(source, "<case>", "exec"), names)
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
    except BaseException as error:
        print(type(error).__name__, error, frames(error))
        context = error.__context__
        if context is not None:
            print("    after", repr(context), frames(context))
    return names


print("-- except*")
for second in ("missing", "5", "ExceptionGroup"):
    run(f"try:\n    1 // 0\nexcept* ArithmeticError:\n    pass\nexcept* {second}:\n    pass")
    run(f"try:\n    1 // 0\nexcept* ValueError:\n    pass\nexcept* {second}:\n    pass")
run("try:\n    raise ExceptionGroup('g', [ValueError(), IndexError()])\nexcept* ValueError:\n    missing")
run("try:\n    raise ExceptionGroup('g', [ValueError(), IndexError()])\nexcept* ValueError:\n    pass\nexcept* IndexError:\n    missing")
run("try:\n    1 // 0\nexcept* ArithmeticError:\n    missing")

print("-- StopIteration from generators")


def stops():
    next(iter([]))
    yield


def raises():
    yield 1
    raise StopIteration(2)


async def awaits():
    next(iter([]))


def outer():
    yield from stops()


for function in (lambda: list(stops()), lambda: [*raises()], lambda: awaits().send(None), lambda: any(next(iter([])) for _ in [1]), lambda: next(outer())):
    try:
        function()
    except RuntimeError as error:
        print(error, [frame.name for frame in traceback.extract_tb(error.__traceback__)], [frame.name for frame in traceback.extract_tb(error.__cause__.__traceback__)])
for made in (stops(), awaits()):
    try:
        made.throw(StopIteration(5))
    except Exception as error:
        print(repr(error))
made = raises()
next(made)
try:
    made.throw(StopIteration(5))
except Exception as error:
    print(repr(error), repr(error.__cause__))

print("-- positions")
for source in ("not 5 >= 'a'", "x = not 5 < 'a'", "(not 5 > 'a',)", "not 1 < 2 < 'a'", "if not 5 < 'a': pass", "not 5 in 5", "not (5 == 6)"):
    run(source)
run("async def a():\n    yield 1\nany(1 async for x in a())")
for source in ("if 1:\n  a;\n", "if 1: a; b ; \n", "for x in y: a;\nelse: b;\n", "try:\n a;\nexcept A:\n b; c;\n", "with a: b;  # c\n", "def f(): a;\n", "class C: a;\n", "match a:\n case 1: b;\n", "while 1:\n  if 2: a;\n", "a;\n", "if 1: pass\nelif 2: b;\n", "if 1: pass;", "def f():\n  a;\n  \n  # c\n\nb\n"):
    print([(type(node).__name__, node.end_lineno, node.end_col_offset) for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.stmt, ast.excepthandler))])

print("-- order")
print(run("def f(c, b: 1, /, a: 2, *d: 3, e: 4, **g: 5) -> 6: pass")["f"].__annotations__)
run("class C[T: int, *Ts = tuple, U: int = str](1 // 0): pass")
run("class C[T](print('base'), metaclass=print('meta')): pass")

print("-- compiling")
run("try:\n    pass\nelse:\n    1\nfinally:\n    2")
run("def f():\n    try:\n        pass\n    else:\n        1\n    finally:\n        2")
print(run("x = () * 2**40")["x"], run("x = 2**40 * ()")["x"], repr(run("x = '' * 2**40")["x"]))
