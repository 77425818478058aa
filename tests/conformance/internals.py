"""Writes `cpython-internals.txt`: the tests of the baseline that need CPython's own internals.

    internals.py --peer 'COMMAND ...' --tests DIR [--prefix PATH] [--jobs N] [MODULE ...]

Runs on any Python. COMMAND is CPython 3.14, DIR holds the package `test` and `baseline.json`. Every module of the
baseline runs twice: as it is, and with `tests/support/internals` on the path, which takes from CPython its name, its C
test modules, its C functions and its names of instructions. A test that passes the first time only is one that no other implementation can pass. So is
one that names those C functions in its own text: it may do so in an isolated child, which no path reaches. With MODULEs only these run; the list keeps the others'.
PATH is put before the paths that COMMAND is given, for a CPython that sees the files elsewhere.
"""

import argparse
import ast
import json
import pathlib
import re
import shlex
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
LIST = HERE / "cpython-internals.txt"
HIDING = HERE.parent / "support" / "internals"
LIMIT = 900
TEST = re.compile(r"^(\S+) \(([^)\s]+)[^)]*\)")
VERDICT = re.compile(r"(ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$")
HEAD = """\
# Tests of the baseline that CPython passes only with its own C test modules, with its C functions (`ctypes.pythonapi`),
# with its own names of instructions, or under its own name. Written by internals.py; not for editing.
"""


def passing(command, path, module):
    """The tests of a module that pass with `path` as PYTHONPATH; None if it ran out of time."""
    environment = [f"PYTHONPATH={path}", "LC_ALL=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1"]
    run = ["env", *environment, *command, "-m", "unittest", "-v", f"test.{module}"]
    try:
        done = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
        output = done.stderr + done.stdout
    except subprocess.TimeoutExpired:
        return None
    passed, current = set(), None
    for line in output.decode(errors="replace").splitlines():
        if found := TEST.match(line):
            method, place = found.groups()
            current = place if place.endswith("." + method) else f"{place}.{method}"
        verdict = VERDICT.search(line)
        if current and verdict and ("..." in line or line == verdict.group()):
            if verdict.group() == "ok":
                passed.add(current)
            current = None
    return passed


def naming(tests, module):
    """The tests of a module whose text names CPython's C functions."""
    source = tests / "test" / f"{module}.py"
    if not source.exists():
        return set()
    found = set()
    for outer in ast.parse(source.read_text()).body:
        for inner in getattr(outer, "body", []):
            if isinstance(outer, ast.ClassDef) and "ctypes.pythonapi" in ast.unparse(inner):
                found.add(f"test.{module}.{outer.name}.{getattr(inner, 'name', '')}")
    return found


def needing(command, tests, prefix, module, baseline):
    """The tests of a module that pass as long as the internals are there; None if that cannot be told."""
    plain = passing(command, f"{prefix}{tests}", module)
    without = passing(command, f"{prefix}{HIDING}:{prefix}{tests}", module)
    if plain is None or without is None:
        return None
    return ((plain & baseline) - without) | (naming(tests, module) & plain & baseline)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--tests", required=True, type=pathlib.Path)
    parser.add_argument("--prefix", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("modules", nargs="*")
    options = parser.parse_args()

    # In the background of a shell it may be ignored, and tests that interrupt themselves would not end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tests = options.tests.resolve()
    baseline = json.loads((tests / "baseline.json").read_text())
    modules = options.modules or sorted(baseline)
    known = LIST.read_text().splitlines() if LIST.exists() else []
    found = {line for line in known if line and line[0] != "#" and line.split(".")[1] not in modules}
    command = shlex.split(options.peer)
    with ThreadPoolExecutor(options.jobs) as pool:
        def one(module):
            return needing(command, tests, options.prefix, module, set(baseline[module]))
        for module, names in zip(modules, pool.map(one, modules)):
            told = "no time" if names is None else f"{len(names):5}/{len(baseline[module])}"
            print(f"{module:40} {told}", file=sys.stderr, flush=True)
            found |= names or set()
            LIST.write_text(HEAD + "".join(f"{name}\n" for name in sorted(found)))


main()
