class Base:
    def __init__(self, *args):
        print("Base", args)

    def who(self):
        return "Base"

    def template(self):
        return f"template {self.who()}"


class Left(Base):
    def __init__(self, *args):
        print("Left")
        super().__init__("l", *args)

    def who(self):
        return "Left " + super().who()


class Right(Base):
    def __init__(self, *args):
        print("Right")
        super().__init__("r", *args)

    def who(self):
        return "Right " + super().who()


class Both(Left, Right):
    def who(self):
        return "Both " + super().who()


b = Both(1)
print(b.who(), b.template(), [c.__name__ for c in Both.__mro__])
print(super(Left, b).who(), super(Both, Both).who(b))
for names in ((Base, Left), (Left, Left), (Left, int, str)):
    try:
        type("X", names, {})
    except TypeError as error:
        print(error)


class Int(int):
    def __add__(self, other):
        return Int(int(self) + int(other) + 100)

    def __radd__(self, other):
        return Int(int(self) + int(other) + 1000)

    extra = "attribute"


i = Int(5)
i.own = 1
print(i + 1, 1 + i, i * 2, type(i + 1).__name__, type(i * 2).__name__, i.own, i.extra, i == 5, hash(i) == hash(5), {5: "x"}[i])


class List(list):
    def __getitem__(self, i):
        return ("got", super().__getitem__(i))


l = List("abc")
l.append("d")
print(l[0], l, len(l), list(l), l == ["a", "b", "c", "d"])


class Dict(dict):
    def __missing__(self, key):
        return f"missing {key}"


d = Dict(a=1)
print(d["a"], d["b"], d.get("b"), "b" in d)


class Str(str):
    def __new__(cls, value, tag):
        self = super().__new__(cls, value)
        self.tag = tag
        return self


s = Str("text", 5)
print(s, s.tag, s.upper(), type(s.upper()).__name__, s == "text", {"text": 1}[s])


class WithSubclassHook:
    registered = []

    def __init_subclass__(cls, /, flag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registered.append((cls.__name__, flag))


class One(WithSubclassHook, flag=1): pass
class Two(One): pass


print(WithSubclassHook.registered, [c.__name__ for c in WithSubclassHook.__subclasses__()])
try:
    class Three(Base, unknown=1): pass
except TypeError as error:
    print(error)


class Error(Exception):
    pass


try:
    raise Error("a", 1)
except Exception as e:
    print(type(e).__name__, e.args, e)
