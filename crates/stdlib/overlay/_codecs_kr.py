"""The Korean encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("euc_kr cp949 johab".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
