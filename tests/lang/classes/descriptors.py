class Data:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return f"class access {owner.__name__}"
        return f"data {self.name} {instance.__dict__.get(self.name)}"

    def __set__(self, instance, value):
        print("set", self.name, value)
        instance.__dict__[self.name] = value

    def __delete__(self, instance):
        print("delete", self.name)
        del instance.__dict__[self.name]


class NonData:
    def __get__(self, instance, owner):
        return "non-data"


class A:
    d = Data()
    n = NonData()
    plain = 1


a = A()
print(a.d, A.d, a.n, A.n)
a.d = 5
print(a.d, a.__dict__)
a.n = "instance wins"
print(a.n, a.__dict__)
a.__dict__["d"] = "hidden"
print(a.d)
del a.d
print(a.__dict__)


class P:
    def __init__(self):
        self._v = 0

    @property
    def v(self):
        "The doc of v."
        return self._v

    @v.setter
    def v(self, value):
        if value < 0:
            raise ValueError("negative")
        self._v = value

    @property
    def read_only(self):
        return 1


p = P()
p.v = 3
print(p.v, P.v.__doc__, P.v.fget.__name__, type(P.v).__name__)
for bad in ("p.v = -1", "p.read_only = 1", "del p.v", "P.v.fset(p, -1)"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class G:
    def __getattribute__(self, name):
        if name == "secret":
            raise AttributeError("secret is hidden")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        return f"fallback {name}"

    real = "real"


g = G()
print(g.real, g.secret, g.other)


class Method:
    def __get__(self, instance, owner):
        return lambda *args: (type(instance).__name__, args)


class C:
    m = Method()
    s = staticmethod(len)
    c = classmethod(lambda cls, x: (cls.__name__, x))
    bound = [].append


print(C().m(1), C.m(2), C.s("abc"), C().s([1]), C.c(1), C().c(2))
print(str.upper, "x".upper.__name__, str.upper("abc"), int.__add__(1, 2), (1).__add__(2), list.append.__name__)
f = C.__dict__["c"]
print(type(f).__name__, f.__func__("X" and C, 3), C.__dict__["s"].__wrapped__ is len)


def function(self):
    return self


print(function.__get__(5)(), function.__get__(None, int) is function)
