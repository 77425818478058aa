# skip: stress, threads: a recursion more than a million deep
# A recursion that only memory ends: its traceback is printed soon, and the exit status is that of an exception.
import subprocess
import sys

program = """
import sys
sys.setrecursionlimit(10**9)
def f(n):
    return f(n + 1)
f(0)
"""
done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
lines = done.stderr.splitlines()
print(done.returncode, lines[0], lines[-1].split(":")[0], len(lines) < 20)
repeated = [line.split()[3] for line in lines if "Previous line repeated" in line]
print(len(repeated), int(repeated[0]) > 100_000)
