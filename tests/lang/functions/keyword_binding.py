# Keyword arguments find their parameters by text, whatever strings they come as; defaults of keyword-only ones may change.
class Name(str):
    pass


def f(a, /, b=2, *args, c, d=4, **rest):
    return a, b, args, c, d, rest


def g(a, b, c=3, *, d=4, e=5):
    return a, b, c, d, e


def many(a, b, c, d, e, f, g, h, i, j, k=11, *, m=13):
    return a, b, c, d, e, f, g, h, i, j, k, m


made = "".join(["d", ""])
long = "".join(["a_long_", "parameter"])
print(f(1, c=3), f(1, 2, 3, c=4, d=5, e=6), f(1, c=3, a=9))
print(g(1, 2, e=9), g(b=1, a=2), g(1, **{"".join(["", "b"]): 7, made: 8}), g(**{Name("a"): 1, Name("b"): 2}))
print(many(*range(10)), many(*range(9), j=1, m=2), many(*range(11), m=1))
exec(f"def h(*, {long}=1, ünï=2): return {long}, ünï")
print(h(), h(**{long: 3, "ünï": 4}))
g.__kwdefaults__ = {"d": 40}
for call in (lambda: g(1, 2), lambda: g(1, 2, e=1), lambda: g(1), lambda: g(), lambda: g(1, 2, a=3), lambda: g(1, 2, 3, 4),
             lambda: g(1, 2, x=3), lambda: f(c=1), lambda: f(b=2), lambda: f(1), lambda: g(1, 2, 3, 4, e=5),
             lambda: g(*range(20)), lambda: many(1, 2, a=1), lambda: many(*range(12), m=3), lambda: h(1),
             lambda: g(1, 2, **{3: 4}), lambda: (lambda a, /, b: 0)(a=1, b=2)):
    try:
        print(call())
    except TypeError as e:
        print(e)
g.__kwdefaults__ = None
try:
    g(1, 2)
except TypeError as e:
    print(e)
