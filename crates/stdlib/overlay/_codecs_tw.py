"""The Taiwanese encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("big5 cp950".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
