# The namespaces of instances, classes and modules, as dictionaries.
class A:
    pass


a = A()
a.x, a.y = 1, 2
d = a.__dict__
print(d, d is a.__dict__, type(d) is dict, vars(a) is d)
d["z"] = 3
del d["x"]
print(a.z, hasattr(a, "x"), list(d), len(d), "y" in d)
a.x = "again"
print(list(d.items()), list(a.__dict__))
del a.y
a.y = "back"
print(list(d), d.pop("z"), hasattr(a, "z"), d.setdefault("s", 5), a.s, d.update(t=6), a.t)
d[5] = "not a name"
print(d[5], sorted(map(str, a.__dict__)))
other = {"p": 1}
a.__dict__ = other
a.q = 2
print(other, a.p, d.get("x"), hasattr(a, "x"), a.__dict__ is other)
other["r"] = 3
print(a.r)
b = A()
b.__dict__ = a.__dict__
b.shared = True
print(a.shared, b.p)
c = A()
c.v = 1
c.__dict__["me"] = c.__dict__
print(c.me is c.__dict__, c.me["v"])


class Attr(dict):
    def __init__(self, **kw):
        super().__init__(**kw)
        self.__dict__ = self


m = Attr(one=1)
m.two = 2
m["three"] = 3
print(m, m.one, m.three, sorted(m), m.__dict__ is m)
for bad in ("a.__dict__ = 5", "del a.__dict__; print(a.__dict__)", "A.__dict__['x'] = 1", "A.__dict__ = {}", "(5).__dict__", "object().__dict__"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
e = A()
for i in range(100):
    setattr(e, f"n{i}", i)
for i in range(0, 100, 2):
    delattr(e, f"n{i}")
print(len(e.__dict__), list(e.__dict__)[:3], e.n99, hasattr(e, "n50"), sum(vars(e).values()))
e.__dict__.clear()
e.fresh = 1
print(e.__dict__)


class B(A):
    tag = "B"


f = A()
f.kept = 1
f.__class__ = B
print(f.kept, f.tag, type(f).__name__, isinstance(f, B))
A.late = "late"
print(f.late, B.late, sorted(k for k in A.__dict__ if not k.startswith("__")))
del A.late
print(hasattr(f, "late"))
copied = dict(f.__dict__)
f.more = 2
print(copied, f.__dict__ | {"u": 1}, f.__dict__ == {"kept": 1, "more": 2}, f.__dict__.copy())


class S:
    __slots__ = ("a", "__dict__")


s = S()
s.a, s.b = 1, 2
print(s.__dict__, s.a)
try:
    for key in f.__dict__:
        f.changing = 1
except RuntimeError as error:
    print(error)
g = globals()
g["made"] = 1
print(made, "made" in g, list(g)[-1])
del g["made"]
try:
    made
except NameError as error:
    print(error)
made = 2
print(g["made"], [k for k in g if k == "made"], len([k for k in g if k == "missing_name"]))
import types
module = types.ModuleType("mod")
module.x = 1
exec("y = x + 1\ndef f(): return y", module.__dict__)
module.y = 10
print(module.f(), sorted(k for k in vars(module) if not k.startswith("__")))
del module.x
print(hasattr(module, "x"))


def lookup():
    return later_global


try:
    lookup()
except NameError as error:
    print(error)
later_global = "found"
print(lookup())
len_before = len
globals()["len"] = lambda x: "shadowed"
print(len([]), len_before([]))
del len
print(len([]))
