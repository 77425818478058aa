# skip: threads: it ends a process

"""What the program holds is finalized at exit while the modules it works with are still whole."""

import subprocess
import sys

program = """
import json
import sys
import traceback

class C:
    def __init__(self, name):
        self.name = name
        try:
            1 / 0
        except ZeroDivisionError as e:
            self.error = e.with_traceback(None)

    def __del__(self):
        print(json.dumps([self.name, json.loads("[1, null]")]))
        traceback.print_exception(self.error, file=sys.stdout)

c = C("global")
d = C("cycle")
d.d = d
del d
"""
done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
print(*sorted(done.stdout.splitlines()), done.stderr, sep="\n")
