"""Stands in for CPython's extension module of this name: see README.md."""
