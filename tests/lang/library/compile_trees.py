# Trees that no source gives, compiled: names, positions, values and constants stay as the nodes have them.
import ast
import sys


def run(tree, name="<tree>", mode="exec", **scope):
    code = compile(ast.fix_missing_locations(tree), name, mode)
    if mode == "eval":
        return eval(code, scope)
    exec(code, scope)
    return scope


def error(f, *args):
    try:
        f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    return "no error"


# Names need not be identifiers, as those that rewriting tools make up.
tree = ast.parse("import sys as tool\nx = tool.maxsize\ndef f(a, *, b=2): return a + b")
tree.body[0].names[0].asname = "@tool"
tree.body[1].value.value.id = "@tool"
tree.body[1].targets[0].id = "@x 1"
scope = run(tree)
print(scope["@x 1"] == sys.maxsize, scope["@tool"] is sys, scope["f"](1, b=5))

# Values of joined strings are not only constants and fields.
call = ast.Call(ast.Name("f"), [ast.Constant(3)], [])
joined = ast.JoinedStr([ast.Constant("a\\{"), call, ast.Constant("\ud800}"), ast.FormattedValue(ast.Constant(1.5), 114, ast.JoinedStr([ast.Constant(">6")]))])
print(ascii(run(ast.Expression(joined), mode="eval", f=lambda n: "x" * n)))
print(run(ast.Expression(ast.JoinedStr([])), mode="eval") == "")

# Constants of every type.
for value in (None, True, ..., 0, -5, 2**70, -(2**70), 1.5, -0.0, 2j, 1 - 2j, "\ud800\\n'\"", b"\x00\\\xff'", (1, (2, "a"), None), float("inf")):
    print(ascii(run(ast.Expression(ast.Constant(value)), mode="eval")))

# Positions: those of the nodes, wherever they are.
tree = ast.parse("def f():\n    return g.h(1)\nf()")
for node in ast.walk(tree):
    if hasattr(node, "lineno"):
        node.lineno += 100
        node.end_lineno += 100
code = compile(tree, "<moved>", "exec")
try:
    exec(code)
except NameError as e:
    tb = e.__traceback__.tb_next
    while tb:
        at = list(tb.tb_frame.f_code.co_positions())[tb.tb_lasti // 2]
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_code.co_firstlineno)
        tb = tb.tb_next

# The shapes of statements.
source = '''
import os.path as p
from sys import maxsize as big
class A[T](metaclass=type):
    "doc"
    x: int = 3
    @staticmethod
    def s(a, /, b=2, *args, c, d=4, **kw) -> int:
        nonlocal_ = [i for i in args if i for j in (1, 2)]
        return a, b, nonlocal_, c, d, kw
def deco(f):
    return f
@deco
@deco
def g(n):
    """g's doc"""
    if n == 0: return "zero"
    elif n == 1: return "one"
    elif n < 0:
        raise ValueError(n) from None
    else:
        while n > 5:
            n -= 1
            if n == 7: break
        else:
            n += 100
    try:
        with open(p.devnull) as f, open(p.devnull): assert not f.read(), "data"
        1 / (n - 102)
    except* ZeroDivisionError as e:
        n = -len(e.exceptions)
    finally:
        for k, *rest in [(1, 2, 3)]: n += k
    match [n, {"a": (1, 2j)}]:
        case [0 | -1, {"a": (1, complex(imag=2.0)), **more}] if n: return "m", more
        case [int(real=1) as q, _]: return q
        case [*_]: return f"{n!r:>{4}}" f"{n=}"
async def co():
    async with a as b: pass
    async for i in b: await i
    return [x async for x in b]
def gen():
    global G
    G = (yield 1)
    yield from {k: v for k, v in zip("ab", [1, 2])}
    z = lambda *a, k=1: (a, k)
    yield z(*[1, 2], **{"k": 3}), (y := 4), y, not y, ~y, 1 < y < 3, 1 if y else 2, [1, 2, 3][::2]
    del z
type Alias[*Ts] = tuple[*Ts]
'''
tree = ast.parse(source)
scope = {}
exec(compile(tree, "<shapes>", "exec"), scope)
A, g = scope["A"], scope["g"]
print(A.__doc__, A.x, A.__annotations__, A.s(1, 2, 3, c=5, z=6), A.__type_params__)
print(g(0), g(1), g(9), g(3), g(2), error(g, -1), g.__doc__, g.__code__.co_firstlineno)
print(list(scope["gen"]()), scope["Alias"].__value__, scope["co"].__code__.co_flags & 0x80 != 0)

# What is no tree.
E = ast.Expression
N = ast.Name("x", ast.Load(), lineno=1, col_offset=0)
at = dict(lineno=1, col_offset=0)
for bad in (
    ast.Module([ast.Expr(ast.Name("x"))], []),
    ast.Module([ast.Expr(3, **at)], []),
    ast.Module([3], []),
    ast.Module([None], []),
    ast.Module(3, []),
    ast.Module([ast.Assign([], N, **at)], []),
    ast.Module([ast.Assign([N], N, **at)], []),
    ast.Module([ast.Delete([ast.Constant(1, **at)], **at)], []),
    ast.Module([ast.If(N, [], [], **at)], []),
    ast.Module([ast.Try([ast.Pass(**at)], [], [], [], **at)], []),
    ast.Module([ast.Raise(None, N, **at)], []),
    ast.Module([ast.ImportFrom("a", [ast.alias("b", **at)], -1, **at)], []),
    ast.Module([ast.Pass(lineno=5, col_offset=0, end_lineno=3, end_col_offset=0)], []),
    ast.Module([ast.Pass(lineno=5, col_offset=7, end_lineno=5, end_col_offset=3)], []),
    ast.Module([ast.Expr(ast.Name("None", ast.Load(), **at), **at)], []),
    ast.Module([ast.Expr(ast.BoolOp(ast.And(), [N], **at), **at)], []),
    ast.Module([ast.Expr(ast.Compare(N, [ast.Eq()], [], **at), **at)], []),
    ast.Module([ast.Expr(ast.Constant([1], **at), **at)], []),
    ast.Module([ast.Expr(ast.Dict([N], [], **at), **at)], []),
    ast.Module([ast.Expr(ast.ListComp(N, [], **at), **at)], []),
    ast.Module([ast.Return(N, **at)], []),
    ast.Module([ast.Global([], **at)], []),
    ast.Expression(N),
):
    print(error(compile, bad, "<bad>", "exec"))
print(error(compile, ast.Module([], []), "<bad>", "eval"))
