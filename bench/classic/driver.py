"""Runs the programs of this folder; prints a line of JSON a measurement.

    driver.py warm [--repeat K] [NAME ...]         K runs in one process
    driver.py cold [NAME ...]                      one run, for whoever times the process
    driver.py threads COUNT [--repeat K] [NAME ...]   one copy alone, then a copy in each of COUNT threads
    driver.py list                                 the names

A program is a module with `run(n)`, which does its work n times and returns what one time gave, `N`, how
often is worth a fraction of a second, and `CHECK`, what `run` must return. A wrong result ends the run.
The programs are ours, written from descriptions of the algorithms, and need no more than Python 3.11.
"""

import importlib
import json
import os
import sys
import threading
import time


def names():
    here = os.path.dirname(os.path.abspath(__file__))
    found = [entry[:-3] for entry in os.listdir(here) if entry.endswith(".py")]
    return sorted(name for name in found if name != "driver")


def checked(program, n):
    result = program.run(n)
    if result != program.CHECK:
        sys.exit(f"{program.__name__}: {result!r} is not {program.CHECK!r}")


def seconds(program):
    start = time.perf_counter()
    checked(program, program.N)
    return time.perf_counter() - start


def seconds_in_threads(program, count):
    """From the moment all threads are there to the end of the last."""
    barrier = threading.Barrier(count + 1)
    failures = []

    def work():
        barrier.wait()
        try:
            checked(program, program.N)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - start
    if failures:
        raise failures[0]
    return taken


def report(name, measure, samples):
    print(json.dumps({"name": name, "measure": measure, "seconds": samples}), flush=True)


def main(words):
    mode = words.pop(0) if words else "list"
    count = int(words.pop(0)) if mode == "threads" else 1
    repeat = 3
    if words[:1] == ["--repeat"]:
        repeat = int(words[1])
        del words[:2]
    chosen = words or names()
    if mode == "list":
        print(*names())
    elif mode == "warm":
        for name in chosen:
            program = importlib.import_module(name)
            report(name, "warm", [seconds(program) for _ in range(repeat)])
    elif mode == "cold":
        for name in chosen:
            program = importlib.import_module(name)
            report(name, "once", [seconds(program)])
    elif mode == "threads":
        for name in chosen:
            program = importlib.import_module(name)
            # The first run compiles and fills caches; neither side shall pay for it.
            seconds(program)
            pairs = [(seconds(program), seconds_in_threads(program, count)) for _ in range(repeat)]
            report(name, "one thread", [one for one, _ in pairs])
            report(name, f"{count} threads", [many for _, many in pairs])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
