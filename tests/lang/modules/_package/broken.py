"""Fails when imported."""

raise ValueError("broken module")
