# A script that is called like a module: what errors about missing names say.
import os
import subprocess
import sys
import tempfile


LIBRARY = os.path.dirname(os.__file__)


def run(folder, *args):
    done = subprocess.run(
        [sys.executable, *args], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    lines = (done.stdout + done.stderr).strip().splitlines()
    print(lines[-1].replace(os.path.realpath(folder), "<folder>").replace(folder, "<folder>").replace(LIBRARY, "<library>") if lines else "")


def write(folder, name, text):
    os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


for script in "import {0}\n{0}.thing", "from {0} import thing":
    for name in "fractions", "numpy_like":
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            write(folder, f"{name}.py", script.format(name))
            run(folder, f"{name}.py")
            run(folder, "-m", name)
            run(folder, "-c", f"import {name}")
            run(folder, "-P", f"{name}.py")
            write(folder, f"{name}.py", "fine = True")
            run(folder, "-c", script.format(name))
            os.remove(os.path.join(folder, f"{name}.py"))
            write(folder, f"{name}/__init__.py", "fine = True")
            run(folder, "-c", script.format(name))
            write(folder, "main.py", f"import sys; import {name}; del sys.path[0]; {name}.thing")
            run(folder, "main.py")
            write(folder, "main.py", f"import sys; import {name}; sys.path = [0]; {name}.thing")
            run(folder, "main.py")

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    write(folder, "main.py", "import package.one")
    write(folder, "package/__init__.py", "")
    write(folder, "package/one.py", "from package import two")
    write(folder, "package/two.py", "import package.one\npackage.one.thing")
    run(folder, "main.py")
    write(folder, "package/__init__.py", "from package import one")
    write(folder, "package/one.py", "import package.two")
    write(folder, "package/two.py", "import package\nclass C(package.one.C): pass")
    run(folder, "main.py")
