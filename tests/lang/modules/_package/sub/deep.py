"""A module two levels down."""

from .. import value as parent_value
from ..sibling import sibling_value

name = __name__
