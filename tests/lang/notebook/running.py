# skip: threads: it starts processes
# Whole notebooks: what is shown, what is written, how the run ends.
import io
import json
import os
import re
import subprocess
import sys
import tempfile

FOLDER = tempfile.mkdtemp()
OUT = os.path.join(FOLDER, "out.ipynb")


def stable(text):
    """Without what differs from run to run."""
    text = re.sub(r'"The slowest run[^"]*", |The slowest run.*\n', "", text)
    return re.sub(r"\d[\d.]* (ns|\u00b5s|\\u00b5s|ms|s)\b", "T", text.replace(FOLDER, "FOLDER"))


def code(source):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def notebook(*sources, minor=4, **more):
    cells = [code(source) for source in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": minor, **more}


def run(title, content, *options, output=True, show_output=True):
    print("==", title)
    path = os.path.join(FOLDER, "test.ipynb")
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    if os.path.exists(OUT):
        os.unlink(OUT)
    command = [sys.executable, "-m", "_orochi_notebook", path, *options]
    if output:
        command += ["--output", OUT]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="backslashreplace")
    out, err = stable(done.stdout), stable(done.stderr)
    print("status", done.returncode)
    if out:
        print("out:", out, end="")
    if err:
        print("err:", err, end="")
    result = None
    if os.path.exists(OUT):
        with open(OUT, encoding="utf-8") as file:
            result = json.load(file)
        assert sorted(os.listdir(FOLDER)) == ["out.ipynb", "test.ipynb"], os.listdir(FOLDER)
        if show_output:
            for cell in result["cells"]:
                if cell["cell_type"] == "code":
                    for item in cell["outputs"]:
                        print(cell["execution_count"], stable(json.dumps(item, sort_keys=True)))
    elif output:
        print("no output written")
    return result


run("values and streams", notebook(
    "print('one'); print('two')\n1 + 1",
    "import sys\nprint('err', file=sys.stderr)\nsys.stdout.write('raw')\nNone",
    "_ + 40",
    "_, _1, Out, In[1], _i1[:5]",
    "7;",
    "7; # ; quiet",
    "8 # loud;",
    "list(range(40))",
    "class H:\n    def __repr__(self): return 'H'\n    def _repr_html_(self): return '<b>H</b>'\nH()",
    "display(H(), 5)\n'end'",
    "",
    "sys.stdout.buffer.write(b'bytes\\n'); sys.stdout.flush()",
    "'''multi\nline'''",
))

run("magics", notebook(
    "def f(n):\n    return n * 2",
    "%%time\nf(21)",
    "x = %time f(4)\nx",
    "%time y = f(5)\ny",
    "%timeit -n 2 -r 3 f(1)",
    "r = %timeit -n 2 -r 2 -q -o f(1)\nr.loops, r.repeat",
    "%%timeit -n 1 -r 1 z = 5\nf(z)\nf(z)",
    "def g():\n    v = 3\n    w = %time f(v)\n    %timeit -n 1 -r 2 v + w\n    return w\ng()",
    "%timeit -n 1 -r 2 q = f(3)",
))

for title, cell in [
    ("an exception", "def f(n):\n    return 1 / n\n\nf(0)"),
    ("a syntax error", "a = 1\nb = = 2"),
    ("an exception in a magic", "x = 1\n%time 1/0"),
    ("an exception in a cell magic", "%%time\nx = 1\n1/0"),
    ("an unknown line magic", "print('before')\n%foo bar\nprint('after')"),
    ("an unknown cell magic", "%%foo bar\nprint('after')"),
    ("a shell command", "!ls"),
    ("exit", "import sys\nprint('a')\nsys.exit(3)"),
    ("exit with text", "raise SystemExit('words')"),
    ("a chain", "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e"),
]:
    run(title, notebook("first = 1", cell, "print('last')"))
run("going on", notebook("1/0", "print('last')"), "--allow-errors")

run("a time limit", notebook("print('start')", "while True: pass", "print('no')"), "--timeout", "0.5")
run("a limit that waits", notebook("import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()"), "--timeout=0.5")
run("a limit with errors allowed", notebook("while True: pass", "print('yes')"), "--timeout=0.5", "--allow-errors")

run("threads", notebook(
    "import threading\ndef work():\n    for i in range(100): print('x', end='')\n"
    "ts = [threading.Thread(target=work) for _ in range(4)]\n"
    "for t in ts: t.start()\nfor t in ts: t.join()\nprint()",
    "def fail(): raise ValueError('in a thread')\nt = threading.Thread(target=fail, name='T')\n"
    "threading.excepthook = lambda args: print('hook', args.exc_value)\nt.start(); t.join()",
    "e = threading.Event()\ndef late():\n    e.wait(); print('late')\n"
    "late_thread = threading.Thread(target=late); late_thread.start()",
    "e.set(); late_thread.join()",
    "def after():\n    import time; time.sleep(0.2); print('after')\nthreading.Thread(target=after).start()",
))

run("the main module", notebook(
    "import pickle\nclass C:\n    pass\npickle.loads(pickle.dumps(C())).__class__ is C, __name__",
    "import sys\nsys.modules['__main__'].C is C",
    "import inspect\ndef source(): return 5\nprint(inspect.getsource(source))",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "from __future__ import annotations",
    "def f(a: undefined_name): pass\nf.__annotations__",
))

made = run("cell ids", notebook("1", minor=5), show_output=False)
assert re.fullmatch("[0-9a-f]{8}", made["cells"][0]["id"]), made
made = run("no cell ids", notebook("1"), show_output=False)
assert "id" not in made["cells"][0], made

run("not JSON", "hello")
run("not an object", "[]")
run("no format", "{}")
run("a newer format", '{"nbformat": 5, "cells": []}')
run("no cells", notebook())
run("cells missing", '{"nbformat": 4}')
run("a cell that is none", notebook(cells=[5]))
run("version 3", {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"}, "worksheets": [{"cells": [
    {"cell_type": "heading", "level": 2, "source": ["Title"], "metadata": {}},
    {"cell_type": "markdown", "source": ["text"], "metadata": {}},
    {"cell_type": "code", "input": ["1 + ", "1"], "outputs": [{"output_type": "pyout"}], "prompt_number": 7, "metadata": {}},
]}]})
run("a lone surrogate", notebook("print('\\udc80')"))
run("a progress bar", notebook("import sys\nfor i in range(3):\n    sys.stdout.write(f'\\r{i}')\nprint()"))

print("== arguments")
for arguments in ([], ["--timeout"], ["--timeout", "x", "f"], ["--what", "f"], ["a", "b"], ["missing.ipynb"],
                  ["a", "--output", "/no/such/folder/x"]):
    done = subprocess.run([sys.executable, "-m", "_orochi_notebook", *arguments], capture_output=True, text=True)
    print(arguments, done.returncode, done.stderr.splitlines()[0])

os.unlink(OUT)
os.unlink(os.path.join(FOLDER, "test.ipynb"))
os.rmdir(FOLDER)
