"""The module CPython writes in C under `datetime`: here the one written in Python.

`datetime` and programs that ask for `_datetime` get the same classes.
"""

from _pydatetime import *
from _pydatetime import __doc__
