# A class's method resolution order as its metaclass says it.
class Left:
    def who(self): return "left"
    x = 1
class Right:
    def who(self): return "right"
    x = 2
class Meta(type):
    flip = False
    def mro(cls):
        order = list(type.mro(cls))
        if Meta.flip and cls.__name__ == "Both":
            order = [cls, Right, Left, object]
        return order
class Both(Left, Right, metaclass=Meta): pass
class Sub(Both): pass
def show(o): return o.who(), o.x, type(o).x, type(o).who(o)
b, s = Both(), Sub()
for _ in range(3): print(show(b), show(s))
Meta.flip = True
print(show(b), show(s))
Both.__bases__ = (Left, Right)
for _ in range(3): print(show(b), show(s))
print([c.__name__ for c in Both.__mro__], [c.__name__ for c in Sub.__mro__])
Right.x = 3
print(show(b), show(s))
Left.who = lambda self: "changed left"
del Right.who
print(show(b), show(s))
# classes which are in the mro but not among the bases
class Extra:
    def extra(self): return "extra"
class M2(type):
    def mro(cls): return [cls, *type.mro(cls)[1:-1], Extra, object] if cls.__name__ != "Base" else type.mro(cls)
class C(metaclass=M2):
    def f(self): return "f"
class D(C): pass
def call(o): return o.extra()
c, d = C(), D()
for _ in range(3): print(call(c), call(d))
Extra.extra = lambda self: "new extra"
for _ in range(3): print(call(c), call(d))
Extra.later = 7
print(c.later, d.later)
def later(o):
    try: return o.later
    except AttributeError as e: return str(e)
for _ in range(3): print(later(c), later(d))
del Extra.later
for _ in range(3): print(later(c), later(d))
print(len([c]), 1)
Extra.prop = property(lambda self: "prop")
print(c.prop, d.prop)
class Extra2:
    def __init__(self): self.made = "made"
M2.mro = lambda cls: [cls, *type.mro(cls)[1:-1], Extra2, object]
C.__bases__ = C.__bases__
print(C().made, D().made, hasattr(C(), "extra"), [k.__name__ for k in D.__mro__])
Extra2.z = 1
print(C.z, D.z)
Extra2.z = 2
print(C.z, D.z)
Extra.z = 5
print(C.z, D.z)
print(Extra.__subclasses__(), isinstance(c, Extra), issubclass(D, Extra2))
# an mro() that changes on its own, applied by assignments to bases of a base
class P: v = "p"
class Q: v = "q"
class M3(type):
    top = P
    def mro(cls): return [cls, M3.top, object]
class O1: pass
class R(O1, metaclass=M3): pass
def v(c): return c.v
for _ in range(3): print(v(R))
M3.top = Q
for _ in range(3): print(v(R))
class O: pass
R.__bases__ = (O,)
for _ in range(3): print(v(R))
Q.v = "q2"
for _ in range(3): print(v(R), R().v)
P.v = "p2"
print(v(R))
M3.top = P
try: R.__bases__ = (int,)
except TypeError as e: print(e)
class Plain: pass
try: Plain.__bases__ = (O,)
except TypeError as e: print(e)
R.__bases__ = (type("O2", (), {}),)
for _ in range(3): print(v(R), R().v)
