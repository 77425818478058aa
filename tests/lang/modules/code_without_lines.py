"""Code whose table of lines was taken away."""

import subprocess
import sys


def f(x):
    return (1 +
            x)


bare = f.__code__.replace(co_linetable=b"")
print(list(bare.co_lines()), list(bare.co_positions()), type(f)(bare, {})(2))
print(f.__code__.replace().co_linetable == f.__code__.co_linetable)

# Columns can be left out from the start; being isolated does not change that.
program = "def f(): return 1 / 0\nassert {p[2:] for p in f.__code__.co_positions()} == {(None, None)}\nprint('none')"
for options in (["-X", "no_debug_ranges"], ["-I", "-X", "no_debug_ranges"]):
    done = subprocess.run([sys.executable, *options, "-c", program], capture_output=True, text=True)
    print(done.stdout, done.stderr, sep="", end="")
