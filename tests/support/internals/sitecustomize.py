"""Makes CPython look like an implementation without CPython's internals, so that one can see which tests need them.

With this folder on `PYTHONPATH`, the implementation has another name, the C test modules and ctypes' door to
CPython's C functions are gone, and what `tests/support/cpython` has of such modules stands in for them. `dis` gives the
instructions other names than CPython's: which instructions there are is an implementation's own affair.
See `tests/conformance/internals.py`.
"""

import importlib.abc
import importlib.machinery
import os
import platform
import sys

NAME = "orochi"
HIDDEN = {
    "_ctypes_test", "_testbuffer", "_testcapi", "_testclinic", "_testclinic_limited", "_testexternalinspection",
    "_testimportmultiple", "_testinternalcapi", "_testlimitedcapi", "_testmultiphase", "_testsinglephase",
    "_xxtestfuzz", "xxlimited", "xxlimited_35", "xxsubtype",
}
STAND_INS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cpython")


class Hidden(importlib.abc.MetaPathFinder):
    """Finds for a hidden module what stands in for it, or nothing."""

    def find_spec(self, name, path=None, target=None):
        if name not in HIDDEN:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, [STAND_INS])
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


class WithoutPythonApi(importlib.abc.MetaPathFinder):
    """Takes `pythonapi` from ctypes once it is loaded."""

    def find_spec(self, name, path=None, target=None):
        if name != "ctypes":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            del module.pythonapi
        spec.loader.exec_module = exec_module
        return spec


class OtherInstructions(importlib.abc.MetaPathFinder):
    """Has `dis` show instructions under other names once it is loaded; what it knows of them stays."""

    def find_spec(self, name, path=None, target=None):
        if name != "dis":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            for names in (module.opname, module._all_opname):
                names[:] = [name if name[0] == "<" else f"OTHER_{name}" for name in names]
        spec.loader.exec_module = exec_module
        return spec


sys.implementation.name = NAME
platform.python_implementation = NAME.capitalize
sys.meta_path[:0] = [Hidden(), WithoutPythonApi(), OtherInstructions()]
