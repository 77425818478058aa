"""What is made when it is first used is whole for every thread that uses it first."""

import subprocess
import sys

PROGRAM = """
import threading, warnings

def use():
    start.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
    type Pair[T] = tuple[T, T]
    def swap[K, *V, **P](k: K) -> K: return k
    class Box[T = int]: pass
    seen.append((Pair[int].__origin__.__name__, swap.__type_params__[0].__default__,
                 Box.__type_params__[0].__name__, "ä".encode("latin-1")))

seen = []
start = threading.Barrier(4)
threads = [threading.Thread(target=use) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
assert len(seen) == 4 and len(set(seen)) == 1, seen
assert repr(seen[0][1]) == "typing.NoDefault", seen
"""

for _ in range(8):
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    if result.returncode or result.stderr:
        print(result.returncode, result.stderr)
print("done")
