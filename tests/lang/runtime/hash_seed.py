"""Hashes of strings under a fixed seed are the same everywhere, and the names of codecs are checked in development mode."""

import os
import subprocess
import sys

CODE = "print(hash('abc'), hash(b'abcdefghijk'), hash('äú∑ℇ'), hash('\\U0001f40d'), hash(''), hash(memoryview(b'abc')))"
for seed in ("0", "42", "4294967295"):
    environment = os.environ | {"PYTHONHASHSEED": seed}
    print(subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True).stdout, end="")
CODE = """
for f in (lambda: ''.encode(errors='nothing'), lambda: b''.decode('nowhere'), lambda: bytearray().decode(errors='nothing')):
    try:
        print(repr(f()))
    except LookupError as error:
        print(error)
"""
for options in ([], ["-X", "dev"]):
    print(subprocess.run([sys.executable, *options, "-c", CODE], capture_output=True, text=True).stdout, end="")
CODE = """
def f(x):
    return x + 1
print({(line is not None, column) for line, end, column, end_column in f.__code__.co_positions()} == {(True, None)})
print({(end - line, end_column) for line, end, column, end_column in f.__code__.co_positions()})
"""
print(subprocess.run([sys.executable, "-X", "no_debug_ranges", "-c", CODE], capture_output=True, text=True).stdout, end="")
for name in (".", "..", "nosuchmodule.f", "int.nothing"):
    environment = os.environ | {"PYTHONBREAKPOINT": name}
    done = subprocess.run([sys.executable, "-c", "breakpoint()"], env=environment, capture_output=True, text=True)
    print(done.stderr.split(": ", 1)[1].splitlines()[0])
