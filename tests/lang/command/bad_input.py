# Programs that cannot be run: the message, its shape, and the exit code.
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.realpath(tempfile.mkdtemp())
ENV = dict(os.environ, LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1")


def run(title, *args, stdin=b""):
    done = subprocess.run([sys.executable, *args], cwd=FOLDER, input=stdin, env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout.decode(errors="backslashreplace").replace(FOLDER, "FOLDER")
    text = text.replace(sys.executable, "PROGRAM")
    print("==", title, done.returncode)
    print(text, end="" if text.endswith("\n") else "\n")


def write(name, content):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(content)
    return name


run("a file that is not there", "nothing.py")
os.mkdir(os.path.join(FOLDER, "empty"))
run("a folder without __main__", "empty")
run("an empty name", "")
sources = {
    "utf8": b"\xff\xfe x = 1\n",
    "utf8_later": b'# comment\nx = "\xc3\xa9 \xff abc\xfe"\n',
    "null": b'x = 1\ny = "a\0b"\n',
    "unknown": b"# -*- coding: nosuch -*-\nx = 1\n",
    "mark": b"\xef\xbb\xbf# -*- coding: latin-1 -*-\nprint(1)\n",
    "bracket": b"x = (1\ny = 2\n",
    "tabs": b"if 1:\n\tx\n        y\n",
    "indent": b"if 1:\nx\n",
    "dedent": b"def f():\n  x = 1\n return 2\n",
    "fails": b"def f():\n    return 1/0\nf()\n",
}
for name, content in sources.items():
    run(name, write(name + "_.py", content))
    if name in ("utf8_later", "null", "unknown", "bracket"):
        run(name + " imported", write("imports.py", f"import {name}_\n".encode()))
run("bracket on stdin", stdin=sources["bracket"])
run("null on stdin", stdin=sources["null"])
run("utf8 on stdin", stdin=b'x="\xff"\n')
run("a failure on stdin", "-", stdin=b"1/0\n")
run("a failure of -c", "-c", "1/0")
run("a bracket in -c", "-c", "x = (1")
for text in (b"x=\xff", b"# coding: nosuch\nx=1", b"\xef\xbb\xbf\xff", "x = 1\0"):
    try:
        compile(text, "F", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset)

print("== deep nesting")
for source in ("[" * 100000, "-" * 100000 + "1", "(" * 100000, "not " * 100000 + "1", "lambda:" * 100000 + "1",
               "~" * 100000 + "1", "**".join(["1"] * 100000), "1 if 1 else " * 100000 + "1", "{" * 250,
               "a" + ".b" * 100000, "+".join(["a"] * 100000), "a" + "()" * 100000, "f(" * 150 + ")" * 150):
    try:
        compile(source, "F", "eval")
        print("compiled")
    except (SyntaxError, MemoryError) as e:
        print(type(e).__name__, e.args[0])
    except RecursionError as e:
        print(type(e).__name__)

for name in os.listdir(FOLDER):
    path = os.path.join(FOLDER, name)
    os.rmdir(path) if os.path.isdir(path) else os.unlink(path)
os.rmdir(FOLDER)
