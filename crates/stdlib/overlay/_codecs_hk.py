"""The Hong Kong encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("big5hkscs".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
