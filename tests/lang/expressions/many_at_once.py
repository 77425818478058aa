"""Displays, calls and chains with many parts: what they give, in which order, and that frames stay small."""

N = 100
names = [f"a{i}" for i in range(N)]
seen = []


def x(n):
    seen.append(n)
    return n


def f(*args, **kwargs):
    return len(args), args[-1:], len(kwargs), list(kwargs.items())[-1:]


class O:
    def m(self, *args, **kwargs):
        return f(*args, **kwargs)


o = O()
calls = [f"x({i})" for i in range(N)]
sources = [
    "[" + ", ".join(calls) + "]",
    "(" + ", ".join(calls) + ")",
    "{" + ", ".join(calls) + "}",
    "[" + ", ".join(calls) + ", *[1, 2], x(5)]",
    "(*[0], " + ", ".join(calls) + ")",
    "{" + ", ".join(f"x({i}): x({-i})" for i in range(N)) + "}",
    "{" + ", ".join(f"x({i}): x({-i})" for i in range(N)) + ", **{1: 2}, x(3): x(4)}",
    "f(" + ", ".join(calls) + ")",
    "o.m(" + ", ".join(calls) + ")",
    "f(" + ", ".join(f"{n}=x({i})" for i, n in enumerate(names)) + ")",
    "o.m(x(7), " + ", ".join(f"{n}=x({i})" for i, n in enumerate(names)) + ")",
    "f(" + ", ".join(calls[:40]) + ", " + ", ".join(f"{n}=x({i})" for i, n in enumerate(names)) + ")",
    " < ".join(calls),
    " <= ".join(calls[:6]) + " > x(9) < x(0)",
    " < ".join(calls[:20] + calls[:3]) + " and x(1)",
    "x(1) in (x(1), x(2)) in [(x(1), x(2))] in [[(x(1), x(2))]] in [[[(x(1), x(2))]]] == x(0) in ()",
    "1 if " + " < ".join(calls) + " else 2",
]
for source in sources:
    seen.clear()
    code = compile(source, "<t>", "eval")
    result = eval(code)
    print(source[:30], result if len(repr(result)) < 100 else (type(result).__name__, len(result), list(result)[-2:]))
    print(len(seen), seen[:3], seen[-3:], code.co_stacksize < 40)


def missing(a, b):
    pass


for call in ("missing(" + ", ".join(calls[:31]) + ")", "missing(" + ", ".join(calls[:40]) + ", b=1)", "missing(1, " + ", ".join(f"{n}=1" for n in names[:31]) + ")"):
    try:
        eval(call)
    except TypeError as e:
        print(e)
