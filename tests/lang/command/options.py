# Options and variables: what they set, what is said of wrong ones, exit codes.
import os
import subprocess
import sys

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
CLEAN["LC_ALL"] = "C.UTF-8"


def run(*args, stdin="", **env):
    done = subprocess.run([sys.executable, *args], input=stdin, text=True, env=CLEAN | env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = done.stdout.replace(sys.executable, "PROGRAM")
    print("==", *env.items(), *args, "->", done.returncode)
    print(text, end="" if text.endswith("\n") or not text else "\n")


for wrong in (["-z"], ["--foo"], ["-c"], ["-m"], ["-W"], ["-X"], ["-J"], ["--check-hash-based-pycs", "x", "-c", "1"],
              ["-X", "utf8=2", "-c", "1"], ["-X", "int_max_str_digits=5", "-c", "1"], ["-X", "cpu_count=x", "-c", "1"],
              ["-X", "gil=2", "-c", "1"]):
    run(*wrong)
flags = "import sys; print([(n, v) for n in sys.flags.__match_args__ if (v := getattr(sys.flags, n)) not in (0, False)])"
for options in ([], ["-I"], ["-E", "-s", "-S", "-B", "-O"], ["-OO", "-d", "-q", "-u"], ["-P", "-b"], ["-bb"],
                ["-X", "dev"], ["-X", "utf8"], ["-X", "warn_default_encoding"], ["-R"], ["-t"]):
    run(*options, "-c", flags)
run("-bb", "-c", "b'a' == 'a'")
run("-b", "-c", "b'a' == 'a'; str(b''); bytearray() == ''; b'' == 1; str(bytearray())")
run("-X", "cpu_count=3", "-c", "import os; print(os.cpu_count(), os.process_cpu_count())")
run("-X", "warn_default_encoding", "-c", "open('/dev/null')\nimport io\nio.text_encoding(None, 1)")
run("-X", "faulthandler", "-c", "import faulthandler; print(faulthandler.is_enabled())")
run("-W", "error", "-c", "import warnings; warnings.warn('x')")
run("-c", "import sys; sys.exit(3)")
run("-c", "import sys; sys.exit('words')")
run("-c", "import sys; sys.exit(-1)")
run("-c", "raise SystemExit((1, 2))")
run("-c", "import sys; print(sys.argv, repr(sys.path[0]))", "a", "-b")
run("-", "a", stdin="import sys; print(sys.argv, repr(sys.path[0]), __file__)")
run("-c", "    if 1:\n        print('dedented')\n")
run("-i", "-c", "x = 5; 1/0", stdin="x\n")
run("-c", "print(1)", PYTHONINSPECT="1")
run("-c", flags, PYTHONUTF8="1", PYTHONOPTIMIZE="2", PYTHONSAFEPATH="1")
run("-c", "1", PYTHONUTF8="x")
run("-c", "1", PYTHONHASHSEED="x")
run("-c", "import sys; print(sys.stdout.encoding, sys.stdout.errors)", PYTHONIOENCODING="latin-1:replace")
run("-c", "import sys; print(sys.path[:2])", PYTHONPATH="/a:/b")


def shell(command):
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=CLEAN | {"PY": sys.executable}, stdin=subprocess.DEVNULL)
    print("==", command, "->", done.returncode)
    print(done.stdout, end="")


shell("$PY >&- -c 'print(1)'")
shell("$PY >&- -c 'import sys; print(sys.stdout, file=sys.stderr)'")
shell("$PY 2>&- -c '1/0'")
shell("$PY <&- -c 'import sys; print(sys.stdin); input()'")
shell("$PY -c 'for i in range(100000): print(i)' 2>/dev/null | head -1")
shell("$PY -c 'print(1)' > /dev/full")
shell("$PY -c 'print(1); raise SystemExit(5)' > /dev/full")
shell("$PY -c '1/0' 2> /dev/full")
