"""Imports a module that imports it."""

from . import cycle_b

result = "a and " + cycle_b.result
