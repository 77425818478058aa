# A .pyc file as the main program; attributes of modules whose class has its own __getattribute__.
import importlib.util
import os
import py_compile
import subprocess
import sys
import tempfile
import types

with tempfile.TemporaryDirectory() as folder:
    source = os.path.join(folder, "program.py")
    with open(source, "w") as f:
        f.write("import sys\nprint(__name__, type(__loader__).__name__, sys.argv[1:])\n1 / 0\n")
    compiled = py_compile.compile(source, os.path.join(folder, "program.pyc"))
    run = subprocess.run([sys.executable, compiled, "x"], capture_output=True, text=True, timeout=60)
    print(run.stdout, run.stderr.splitlines()[-1], run.returncode)


class Watched(types.ModuleType):
    def __getattribute__(self, name):
        return "seen " + str(object.__getattribute__(self, name))

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value + 1)


m = types.ModuleType("m")
m.x = 1
m.__class__ = Watched
print(m.x, m.__name__)
m.y = 1
print(m.y)
object.__delattr__(m, "y")
try:
    m.y
except AttributeError as e:
    print(e)

spec = importlib.util.find_spec("colorsys")
spec.loader = importlib.util.LazyLoader(spec.loader)
lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
print(type(lazy).__name__, lazy.ONE_THIRD == 1 / 3, type(lazy).__name__)
