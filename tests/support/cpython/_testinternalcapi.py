"""Stands in for CPython's extension module of this name: see README.md.

What there is no answer to skips the test that asks for it.
"""

import sys

from _testcapi import _Missing


# After how many runs CPython specializes an instruction. Here a test that loops so often is none the worse for it.
SPECIALIZATION_THRESHOLD = 2
SPECIALIZATION_COOLDOWN = 52


def get_recursion_depth():
    depth = 0
    frame = sys._getframe(1)
    while frame is not None:
        depth += 1
        frame = frame.f_back
    return depth


def get_c_recursion_remaining():
    return 10_000


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Missing(name)
