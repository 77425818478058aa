"""The mainland Chinese encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("gb2312 gbk gb18030 hz".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
