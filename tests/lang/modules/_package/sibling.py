"""Beside the package in it."""

sibling_value = "sibling"
