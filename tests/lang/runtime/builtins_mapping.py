"""`__builtins__` in globals: any mapping will do, and functions inherit it."""

import types


def tell(source, builtins, mode="exec"):
    space = {"__builtins__": builtins, "type": type}
    try:
        result = (eval if mode == "eval" else exec)(compile(source, "<t>", mode), space)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        print(result, [name for name in sorted(space) if len(name) < 3])


class Loud(dict):
    def __getitem__(self, key):
        raise LookupError(key)


class Shy(dict):
    def __missing__(self, key):
        return key.upper()


proxy = types.MappingProxyType
for builtins in ({"x": 1}, proxy({"x": 1}), proxy({}), Loud(x=1), Shy(y=1), Shy(x=1), 123, types.SimpleNamespace()):
    tell("x", builtins, "eval")
    tell("def f(): return x\na = f()\nb = f()", builtins)
tell("import foo.bar", proxy({}))
tell("import foo.bar\na = foo[0]", proxy({"__import__": lambda *args: args}))
tell("class A: pass", proxy({}))
tell("class A: pass", proxy({"__build_class__": __build_class__}))

own = {"None": None, "len": len}
space = {"__builtins__": own, "type": type}
exec("def f(s): return len(s)\ng = type(f)(f.__code__, {})", space)
print(space["f"].__builtins__ is own, space["g"].__builtins__ is own, space["g"]("abc"), space["g"].__globals__)


def plain(s):
    return len(s)


bare = types.FunctionType(plain.__code__, {})
print(bare.__builtins__ is plain.__builtins__, bare("ab"))
