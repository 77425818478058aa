# The prompt without a terminal: blocks, errors, values, ways to leave.
import os
import subprocess
import sys

ENV = dict(os.environ, LC_ALL="C.UTF-8")


def run(*lines):
    done = subprocess.run([sys.executable, "-q", "-i"], input="".join(line + "\n" for line in lines), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENV)
    print("==", done.returncode)
    print(done.stdout, end="" if done.stdout.endswith("\n") else "\n")


run("x = 1", "x + 1", "def f():", "  return 5 / 0", "", "f()", "print('on')")
run("x = (", "1)", "x", "if 1:", "  x", "", '"""a', 'b"""', "for i in range(2): i", "", "x y")
run("if 1:", "  1", " 2")
run("class A:", "  def f(self):", "    return 1", "", "A().f()")
run("@staticmethod", "def f(): return 7", "", "f()")
run("try:", "  1/0", "except ZeroDivisionError:", "  print('caught')", "finally:", "  print('end')", "")
run("None", "_", "5", "_")
run("import sys", "sys.ps1 = 'P> '", "1", "sys.exit(4)")
run("quit(3)")
run("raise SystemExit('words')")
run("def f(:", "1")
run('"abc', "1")
run("print(__name__)")
