# skip: threads: breakpoints and what is traced are those of the process
# pdb: where set_trace() stops, steps, breakpoints on functions, an empty file that is debugged.
import io
import os
import pdb
import subprocess
import sys
import tempfile


def inner(x):
    y = x + 1
    return y


def outer():
    debugger.set_trace()
    a = inner(1)
    print("a is", a)
    return a


commands = "step\nstep\nargs\nreturn\nnext\np a\nbreak inner\ncontinue\nquit\n"
out = io.StringIO()
debugger = pdb.Pdb(stdin=io.StringIO(commands), stdout=out, nosigint=True, readrc=False)
outer()
text = out.getvalue().replace(os.path.abspath(__file__), "FILE").replace(__file__, "FILE")
print(text)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "empty.py")
    open(path, "w").close()
    run = subprocess.run([sys.executable, "-m", "pdb", path], input="q\n", capture_output=True, text=True, timeout=60)
    print("(0)" in run.stdout, run.returncode)

code = compile("", "m", "exec")
events = []


def trace(frame, event, arg):
    events.append((event, frame.f_lineno))
    return trace


sys.settrace(trace)
exec(code, {})
sys.settrace(None)
print([e for e in events if e[1] == 0])
