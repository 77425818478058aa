"""The ISO 2022 encodings."""

from _multibytecodec import _make_codec

_NAMES = frozenset("iso2022_kr iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext".split())


def getcodec(name, /):
    """The codec object of an encoding."""
    return _make_codec(name, _NAMES)
