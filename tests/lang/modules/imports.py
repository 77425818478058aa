# skip: threads: it changes sys.modules and reloads
import sys
import os.path as p, math as m
from math import pi as PI, sqrt
from collections import *
import importlib.util

print(p.basename("/a/b"), m.floor(1.5), PI > 3, sqrt(4), OrderedDict.__name__, "deque" in globals())
import _package
import _package.sub
from _package import value, sub as renamed, lazy
from _package.sub import deep, relative
from _package.sub.deep import name, parent_value, sibling_value

print(_package.value, value, renamed.__name__, deep.__name__, name, parent_value, sibling_value, relative)
print(_package.__name__, _package.__package__, _package.sub.__package__, deep.__package__, _package.__path__[0].endswith("_package"), deep.__file__.endswith("deep.py"), deep.__spec__.name, deep.__spec__.parent)
print(sys.modules["_package.sub.deep"] is deep, importlib.import_module("_package.sub") is renamed, importlib.import_module(".deep", "_package.sub") is deep, __import__("_package.sub").__name__, __import__("_package.sub", fromlist=["deep"]).__name__)
print(lazy, _package.dynamic, _package.__all__)
namespace = {}
exec("from _package import *", namespace)
print(sorted(k for k in namespace if not k.startswith("__")))
for bad in ("import nothing_here", "import _package.nothing", "from _package import nothing", "from math import nothing", "import math.x", "from . import x", "from _package.broken import x", "from .. import y"):
    try:
        exec(bad, {"__name__": "__main__"})
    except Exception as e:
        print(bad, "->", type(e).__name__, str(e).partition(" (/")[0], getattr(e, "name", None))
print("_package.broken" in sys.modules)
import _package.cycle_a
print(_package.cycle_a.result, _package.cycle_b.result)
import types
mod = types.ModuleType("made", "doc")
mod.x = 1
sys.modules["made"] = mod
import made
print(made.x, made.__doc__, repr(made), made is mod)
del sys.modules["made"]
print(importlib.util.find_spec("nothing_at_all"), __name__, "builtins" in sys.modules, sys.modules[__name__].__name__)
print(_package.reload_count, importlib.reload(_package.sub) is _package.sub)
