class A:
    name = "A"

    def f(self):
        return "A.f"

    @classmethod
    def c(cls):
        return f"A.c {cls.__name__}"

    @staticmethod
    def s():
        return "A.s"

    @property
    def p(self):
        return "A.p"

    def __getitem__(self, i):
        return f"A[{i}]"


class B(A):
    name = "B"

    def f(self):
        return "B.f " + super().f()

    @classmethod
    def c(cls):
        return "B.c " + super().c()

    @staticmethod
    def s():
        return "B.s " + super(B, B).s()

    @property
    def p(self):
        return "B.p " + super().p

    def __getitem__(self, i):
        return "B" + super().__getitem__(i)

    def nested(self):
        def inner():
            return super(B, self).f()
        return inner(), [super(B, self).name for _ in range(1)], (lambda: super(B, self).p)()

    def names(self):
        return super().name, self.name

    def implicit_in_nested(self):
        def g(me):
            return super().f()
        return g(self)

    def comprehension(self):
        return [super().f() for _ in range(2)]


b = B()
print(b.f(), B.c(), b.c(), b.s(), b.p, b[3], b.nested(), b.names(), b.implicit_in_nested(), b.comprehension())
bound = super(B, b)
print(bound.__thisclass__.__name__, bound.__self__ is b, bound.__self_class__.__name__, bound.f(), hasattr(bound, "nothing"), repr(bound)[:18])
for bad in ("super().f()", "super(A).f()", "super(B, A()).f()", "super(int, b)", "super(5)", "super(B, b).nothing", "super(B, b).name = 1"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)


class Diamond:
    def __init__(self, **kwargs):
        print("Diamond", kwargs)


class Left(Diamond):
    def __init__(self, left, **kwargs):
        print("Left", left)
        super().__init__(**kwargs)


class Right(Diamond):
    def __init__(self, right, **kwargs):
        print("Right", right)
        super().__init__(**kwargs)


class Bottom(Left, Right):
    pass


Bottom(left=1, right=2, other=3)


class New(int):
    def __new__(cls, value, *args):
        self = super().__new__(cls, value * 2)
        self.args = args
        return self

    def __init__(self, *args):
        super().__init__()


n = New(5, "x")
print(n, n.args, n + 1)


class Meta(type):
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.made_by = cls.__name__
        return made


class Made(metaclass=Meta):
    def __setattr__(self, name, value):
        super().__setattr__(name, f"<{value}>")


print(Made().made_by)


class Replaced:
    def f(self):
        global super
        return super().f()


def no_class():
    return super().f()


try:
    no_class()
except RuntimeError as e:
    print(e)
try:
    Replaced().f()
except AttributeError as e:
    print(e)
