"""The Japanese encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 euc_jisx0213 shift_jisx0213".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
