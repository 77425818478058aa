class Manager:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail

    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("in enter")
        return self.name.upper()

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind.__name__ if kind else None, value, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("in exit")
        return self.swallow


with Manager("a") as a, Manager("b"):
    print("body", a)
with (
    Manager("c") as c,
    Manager("d") as d,
):
    print(c, d)
with Manager("e", swallow=True):
    raise ValueError("swallowed")
try:
    with Manager("f"), Manager("g", fail="enter"):
        print("never")
except RuntimeError as e:
    print("caught", e, repr(e.__context__))
try:
    with Manager("h", fail="exit"):
        raise KeyError("first")
except RuntimeError as e:
    print("caught", e, repr(e.__context__))


def f():
    for i in range(3):
        with Manager(f"loop{i}"):
            if i == 0:
                continue
            return i


print(f())
try:
    with 5:
        pass
except TypeError as e:
    print(e)

from contextlib import ExitStack, closing, contextmanager, nullcontext, redirect_stdout, suppress
import io


@contextmanager
def managed(n):
    print("start", n)
    try:
        yield n
    except ZeroDivisionError:
        print("handled")
    finally:
        print("stop", n)


with managed(1) as m:
    print("in", m)
with managed(2):
    1 / 0
with suppress(KeyError):
    {}["x"]
with ExitStack() as stack:
    for i in range(2):
        stack.enter_context(managed(i))
    stack.callback(print, "callback")
with nullcontext(3) as three:
    print(three)
