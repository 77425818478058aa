# `__getattr__` is asked where the usual lookup finds nothing or raises AttributeError, and only there.
class Fallback:
    kind = "class"

    def __init__(self):
        self.own = 1

    def __getattr__(self, name):
        if name == "refused":
            raise AttributeError("no " + name)
        if name == "broken":
            raise KeyError(name)
        return "fallback " + name

    @property
    def good(self):
        return 2

    @property
    def bad(self):
        raise AttributeError("inner")

    @property
    def worse(self):
        raise ValueError("inner")


class Both(Fallback):
    def __getattribute__(self, name):
        if name.startswith("x"):
            raise AttributeError(name)
        return super().__getattribute__(name)


class Late:
    pass


def trial(v, name):
    try:
        print(type(v).__name__, name, getattr(v, name))
    except Exception as e:
        print(type(v).__name__, name, type(e).__name__, e, e.__context__, getattr(e, "name", None))


for cls in (Fallback, Both):
    for name in ("own", "kind", "good", "bad", "worse", "missing", "refused", "broken", "xyz"):
        trial(cls(), name)
late = Late()
trial(late, "missing")
Late.__getattr__ = lambda self, name: "late " + name
trial(late, "missing")
print(late.one, late.one, hasattr(late, "two"), getattr(late, "three", 0))
del Late.__getattr__
trial(late, "missing")
Late.__getattr__ = None
trial(late, "missing")
print(hasattr(Fallback(), "refused"), getattr(Fallback(), "refused", "default"))
