"""Runs one file in several threads at once and checks that all of them print the same.

    threads.py COUNT FILE [ARGUMENT ...]

Each thread has its own namespace; what it prints is collected by thread. The output of one is
printed. The exit status is 1 if a thread raised, 3 if outputs differ.
"""

import os
import sys
import threading
import traceback


class PerThread:
    """A `sys.stdout` that keeps apart what each thread writes."""

    def __init__(self, fallback):
        self._fallback = fallback
        self._owner = threading.local()

    def collect(self):
        """Gives the calling thread a list of its own."""
        self._owner.parts = parts = []
        return parts

    def write(self, text):
        parts = getattr(self._owner, "parts", None)
        if parts is None:
            return self._fallback.write(text)
        parts.append(text)
        return len(text)

    def __getattr__(self, name):
        return getattr(self._fallback, name)


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    sys.argv = sys.argv[2:]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    real = sys.stdout
    sys.stdout = split = PerThread(real)
    outputs, failures = [None] * count, []
    start = threading.Barrier(count)

    def work(index):
        parts = split.collect()
        start.wait()
        try:
            exec(code, {"__name__": "__main__", "__file__": path, "__builtins__": __builtins__})
        except SystemExit as error:
            if error.code:
                failures.append(f"SystemExit: {error.code}\n")
        except BaseException:
            failures.append(traceback.format_exc())
        outputs[index] = "".join(parts)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout = real
    real.write(outputs[0])
    real.flush()
    for failure in failures:
        sys.stderr.write(failure)
    if failures:
        return 1
    for index, output in enumerate(outputs):
        if output != outputs[0]:
            sys.stderr.write(f"thread {index} printed something else:\n{output}\n")
            return 3
    return 0


sys.exit(main())
