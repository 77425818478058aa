# skip: threads: tracing is on for all that runs
import sys


def f(a, b=1, *args, c, **kwargs):
    "Doc."
    x = a + b
    return x, locals()


code = f.__code__
print(code.co_name, code.co_argcount, code.co_kwonlyargcount, code.co_varnames, code.co_flags & 0x0C, code.co_firstlineno, code.co_consts[0] if code.co_consts else None, code.co_qualname, code.co_names)
print(f(1, c=2)[1])


def frame():
    this = sys._getframe()
    caller = sys._getframe(1)
    return this.f_code.co_name, this.f_lineno, caller.f_code.co_name, this.f_back is caller, sorted(this.f_locals), this.f_globals is globals()


print(frame())


def writes():
    x = 1
    sys._getframe().f_locals["x"] = 2
    return x


print(writes())
trace = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "traced":
        trace.append((event, frame.f_lineno - traced.__code__.co_firstlineno))
    return tracer


def traced(n):
    for i in range(n):
        n += i
    return n


sys.settrace(tracer)
traced(2)
sys.settrace(None)
print(trace)
profile = []
sys.setprofile(lambda frame, event, arg: profile.append((event, getattr(arg, "__name__", arg))) if frame.f_code.co_name == "profiled" else None)


def profiled():
    return len([1])


profiled()
sys.setprofile(None)
print(profile)
print(sys.version_info[:2], sys.maxsize, sys.byteorder, sys.getrecursionlimit() >= 1000, sys.intern("abc") is sys.intern("abc"), callable(f), callable(5), id(f) == id(f), type(f).__name__, repr(f).partition(" at ")[0])
print(dir(type("E", (), {"z": 1}))[-1], hasattr(f, "__call__"), vars(type("E", (), {"z": 1}))["z"], globals()["f"] is f, "f" in dir())
c = compile("a + b", "name", "eval")
print(eval(c, {"a": 1, "b": 2}), c.co_filename, c.co_names, eval(compile("[x for x in range(3)]", "n", "eval")))
import ast
print(ast.dump(ast.parse("x = 1 + y"), indent=None), ast.unparse(ast.parse("def f(a, *b): return a if b else [c for c in b]")), ast.literal_eval("{'a': [1, (2,)]}"))
