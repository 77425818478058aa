"""A package in a package."""

from .. import value as relative
