"""Imports a module that is half imported."""

from . import cycle_a

result = "b sees " + str(hasattr(cycle_a, "result"))
