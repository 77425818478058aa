# skip: threads: it registers for the whole process
"""Functions to call at the end: last first, with arguments; errors are reported; also of a module taken out of sys.modules."""
import atexit
import sys

atexit.register(print, "first registered", sep="-")


@atexit.register
def second():
    print("second")


def gone():
    print("never")


atexit.register(gone)
atexit.unregister(gone)
print(atexit._ncallbacks())
sys.stderr = sys.stdout


@atexit.register
def late():
    atexit.register(print, "registered at the end")


first = sys.modules.pop("atexit")
import atexit as again

again.register(print, "by another instance")
print(again is first)
del sys.modules["atexit"]
