class A:
    """Doc of A."""
    shared = []
    n = 0

    def __init__(self, x):
        self.x = x
        type(self).n += 1

    def __repr__(self):
        return f"{type(self).__name__}({self.x!r})"

    def method(self, y):
        return self.x, y


a, b = A(1), A("two")
print(a, b, A.n, a.method(5), A.method(b, 6), A.__doc__, A.__name__, A.__module__)
a.shared.append(1)
a.n = 100
print(b.shared, a.n, b.n, A.n, a.__dict__)
bound = a.method
print(bound(7), bound.__self__ is a, bound.__func__ is A.method, a.method == a.method, a.method is a.method)
a.method = lambda y: ("instance", y)
print(a.method(1))
del a.method
print(a.method(1))
A.late = lambda self: "late"
print(a.late(), hasattr(a, "nothing"), getattr(a, "nothing", "default"))
for bad in ("a.nothing", "A.nothing", "del a.nothing", "a.__class__.nothing = 1; print(a.nothing)", "A()", "A(1, 2)", "None.x", "None.x = 1", "(1).x = 1", "object().x = 1", "int.x = 1", "del A.nothing"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


s = Slots()
print(s.a, hasattr(s, "b"), hasattr(s, "__dict__"))
for bad in ("s.b", "s.c = 1", "del s.b"):
    try:
        exec(bad)
    except AttributeError as error:
        print(bad, "->", error)


class Dynamic:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return f"made {name}"

    def __setattr__(self, name, value):
        super().__setattr__(name, value * 2)

    def __delattr__(self, name):
        print("delete", name)
        super().__delattr__(name)


d = Dynamic()
d.real = 4
print(d.real, d.other, d.__dict__)
del d.real
print(d.real)
a.__class__ = Dynamic
print(type(a).__name__, a.x, a.unknown)
print(isinstance(a, Dynamic), issubclass(bool, int), isinstance(1, (str, int)), isinstance(1, int | None), issubclass(A, object))
print(type(A), type(type), A.__bases__, A.__mro__, type("New", (A,), {"y": 5})(1).y)
x = object.__new__(A)
print(x.__dict__, vars(b), sorted(n for n in dir(b) if not n.startswith("__")))
