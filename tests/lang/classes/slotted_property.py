# The doc string of a property of a subclass that has no place for one.
class Slotted(property):
    __slots__ = ("field",)


class Free(property):
    pass


def documented(self):
    "getter's doc"


def plain(self):
    pass


def show(f):
    try:
        return f().__doc__
    except AttributeError as e:
        return f"AttributeError: {e}"


for cls in (Slotted, Free, property):
    for args, named in (
        ((documented,), {}),
        ((plain,), {"doc": "given"}),
        ((plain,), {}),
        ((), {}),
        ((documented,), {"doc": "given"}),
        ((None,), {"doc": "given"}),
    ):
        print(cls.__name__, len(args), named, show(lambda: cls(*args, **named)))
