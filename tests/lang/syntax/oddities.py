# Small corners of the grammar.
if True: x = 1; y = 2
print(x, y); print(
    # a comment inside
    1,
)
def f(a, /, b, *, c): return a, b, c
print(f(1, 2, c=3), (lambda: (yield))().__class__.__name__)
x = (yes := 1) if True else (no := 2)
print(x, yes)
print(not not 1, - -1, ~-1, 2**-1, -2**2, 1 if 0 else 2 if 0 else 3)
print(1 .real, 1..real, 1.e3, .5, 0xFf, 0O17, 0B1, 1_0.0_1, 0_0, 00)
print("a" 'b' """c""" r"\d" f"{1}" "x", b"a" b'b')
a = b, = [1]
print(a, b)
print(*[1], *[2], sep="-", **{"end": "!\n"})
for i, in [(1,), (2,)]: print(i, end=" ")
print()
class A: pass; x = 5
print(A.x, A().x)
class B(A, metaclass=type): """doc"""
print(B.__doc__)
@lambda f: f
@(lambda f: f)
def g(): ...
print(g(), ... is Ellipsis)
async def h(): return [x async for x in ()] if False else 0
type Pair[T] = tuple[T, T]
print(Pair[int], Pair.__name__)
_ = __ = 3
print(_, __)
match = {"case": 1}
print(match["case"])
match match:
    case {"case": case}: print(case)
type = 5
print(type)
del type
print(type(1))
x: int
y: "str" = "s"
(z): int = 5
A.w: int = 6
print(y, z, A.w, sorted(__annotations__) if "__annotations__" in globals() else "lazy")
print([*range(3)][-1], {**{}}, {*()}, (*(), 1), [][:], ()[::], x if (x := 5) else 0)
if 1:
	print("tab")
def long(
    a: int,
    b: str = "b",
    *args: int,
    **kwargs: int,
) -> None: return a, b, args, kwargs
print(long(1, *[], **{}))
print("""\
continued""", 'a\
b', "\x41\101\u0041\N{LATIN SMALL LETTER A}")
assert (1, )
lambda: [(yield)]
while 0: pass
else: print("else")
with open(__file__) as f1, open(__file__) as f2: print(f1 is f2)
with (open(__file__) as f1, open(__file__) as f2,): print(f1 is f2)
try: pass
finally: print("finally")
def nested():
    def inner(): nonlocal v; v += 1; return v
    v = 1
    return inner
print(nested()())
print((((1))), [[[[[]]]]])
print({1: 2, **{3: 4}, 5: 6}, {1, *[2, 3]}, f"{ {1: 2}[1] }", f"{'a':>{3}}", rf"\{1}", "{}".format(1))
if (n := 5) > 3 and (m := n * 2): print(n, m)
def kw(*, match=1, case=2, type=3, _=4): return match, case, type, _
print(kw(match=5))
print(__name__, 5 .__add__(3), "%s" % "x" "y", 3 if 1 else 4, (1, 2)[0], "abc"[1:][0])
é = 1
ﬁ = 2
print(é, fi)
