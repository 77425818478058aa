"""What `lzma` stands on: checks arguments, and words filters as the chains of numbers that `_orochi_lzma` takes."""

import _orochi_lzma
from operator import index

CHECK_NONE = 0
CHECK_CRC32 = 1
CHECK_CRC64 = 4
CHECK_SHA256 = 10
CHECK_ID_MAX = 15
CHECK_UNKNOWN = 16

FILTER_LZMA1 = 0x4000000000000001
FILTER_LZMA2 = 0x21
FILTER_DELTA = 3
FILTER_X86 = 4
FILTER_POWERPC = 5
FILTER_IA64 = 6
FILTER_ARM = 7
FILTER_ARMTHUMB = 8
FILTER_SPARC = 9

FORMAT_AUTO = 0
FORMAT_XZ = 1
FORMAT_ALONE = 2
FORMAT_RAW = 3

MF_HC3 = 3
MF_HC4 = 4
MF_BT2 = 18
MF_BT3 = 19
MF_BT4 = 20
MODE_FAST = 1
MODE_NORMAL = 2
PRESET_DEFAULT = 6
PRESET_EXTREME = 1 << 31

_LZMA_FIELDS = ("dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth")
_BCJ = (FILTER_X86, FILTER_POWERPC, FILTER_IA64, FILTER_ARM, FILTER_ARMTHUMB, FILTER_SPARC)
_MOST_FILTERS = 4


class LZMAError(Exception):
    """Call to liblzma failed."""


LZMAError.__module__ = "_lzma"


def _number(value, bits):
    value = index(value)
    if value < 0:
        raise OverflowError("can't convert negative value to unsigned int")
    if value >> bits:
        raise OverflowError(f"Value too large for uint{bits}_t type")
    return value


def _filter(spec):
    """A filter's numbers, the id first."""
    if not hasattr(spec, "keys"):
        raise TypeError("Filter specifier must be a dict or dict-like object")
    try:
        name = spec["id"]
    except KeyError:
        raise ValueError('Filter specifier must have an "id" entry') from None
    name = _number(name, 64)
    if name in (FILTER_LZMA1, FILTER_LZMA2):
        return _lzma_filter(name, spec)
    if name == FILTER_DELTA:
        if set(spec) - {"id", "dist"}:
            raise ValueError("Invalid filter specifier for delta filter")
        return name, _number(spec.get("dist", 1), 32)
    if name in _BCJ:
        if set(spec) - {"id", "start_offset"}:
            raise ValueError("Invalid filter specifier for BCJ filter")
        return name, _number(spec.get("start_offset", 0), 32)
    raise ValueError(f"Invalid filter ID: {name}")


def _lzma_filter(name, spec):
    preset = _number(spec.get("preset", PRESET_DEFAULT), 32)
    row = _orochi_lzma.preset(preset)
    if row is None:
        raise LZMAError(f"Invalid compression preset: {preset}")
    if set(spec) - {"id", "preset", *_LZMA_FIELDS}:
        raise ValueError("Invalid filter specifier for LZMA filter")
    given = [_number(spec[f], 32) if f in spec else n for f, n in zip(_LZMA_FIELDS, row)]
    return name, *given


def _chain(specs):
    if len(specs) > _MOST_FILTERS:
        raise ValueError("Too many filters - liblzma supports a maximum of 4")
    return tuple(_filter(specs[i]) for i in range(len(specs)))


def _no_pickle(self):
    raise TypeError(f"cannot pickle '_lzma.{type(self).__name__}' object")


class LZMACompressor:
    """LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)

    Compresses a stream piece by piece."""

    __slots__ = ("_stream",)

    def __new__(cls, format=FORMAT_XZ, check=-1, preset=None, filters=None):
        format, check = index(format), index(check)
        if preset is not None and filters is not None:
            raise ValueError("Cannot specify both preset and filter chain")
        level = PRESET_DEFAULT if preset is None else _number(preset, 32)
        if format != FORMAT_XZ and check not in (-1, CHECK_NONE):
            raise ValueError("Integrity checks are only supported by FORMAT_XZ")
        if format not in (FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW):
            raise ValueError(f"Invalid container format: {format}")
        if format == FORMAT_RAW and filters is None:
            raise ValueError("Must specify filters for FORMAT_RAW")
        chain = None if filters is None else _chain(filters)
        if format == FORMAT_ALONE and chain is not None:
            if len(chain) != 1 or chain[0][0] != FILTER_LZMA1:
                raise ValueError(
                    "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"
                )
        if format == FORMAT_ALONE and chain is None and _orochi_lzma.preset(level) is None:
            raise LZMAError(f"Invalid compression preset: {level}")
        self = object.__new__(cls)
        if format == FORMAT_XZ and check == -1:
            check = CHECK_CRC64
        self._stream = _orochi_lzma.Encoder(format, max(check, 0), level, chain)
        return self

    def compress(self, data, /):
        """Returns what of the compressed data there is after some more."""
        return self._stream.compress(data)

    def flush(self):
        """Ends the stream and returns the last of its data."""
        return self._stream.flush()

    __reduce__ = _no_pickle


class LZMADecompressor:
    """LZMADecompressor(format=FORMAT_AUTO, memlimit=None, filters=None)

    Decompresses a stream piece by piece."""

    __slots__ = ("_stream",)

    def __new__(cls, format=FORMAT_AUTO, memlimit=None, filters=None):
        format = index(format)
        limit = 2**64 - 1
        if memlimit is not None:
            if format == FORMAT_RAW:
                raise ValueError("Cannot specify memory limit with FORMAT_RAW")
            limit = _number(memlimit, 64)
        if format == FORMAT_RAW and filters is None:
            raise ValueError("Must specify filters for FORMAT_RAW")
        if format != FORMAT_RAW and filters is not None:
            raise ValueError("Cannot specify filters except with FORMAT_RAW")
        if format not in (FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW):
            raise ValueError(f"Invalid container format: {format}")
        self = object.__new__(cls)
        chain = None if filters is None else _chain(filters)
        self._stream = _orochi_lzma.Decoder(format, limit, chain)
        return self

    def decompress(self, data, max_length=-1):
        """Returns decompressed data, at most so much of it if a limit is given."""
        if self._stream.eof:
            raise EOFError("Already at end of stream")
        return self._stream.decompress(data, max_length)

    @property
    def check(self):
        """The integrity check of the stream; CHECK_UNKNOWN as long as it has not said."""
        return self._stream.check

    @property
    def eof(self):
        """Whether the end of the stream has been reached."""
        return self._stream.eof

    @property
    def needs_input(self):
        """Whether more has to be given before anything can come out."""
        return self._stream.needs_input

    @property
    def unused_data(self):
        """What came after the end of the stream."""
        return self._stream.unused_data

    __reduce__ = _no_pickle


LZMACompressor.__module__ = LZMADecompressor.__module__ = "_lzma"


def is_check_supported(check_id, /):
    """Whether there is this integrity check."""
    return _orochi_lzma.is_check_supported(check_id)


def _encode_filter_properties(filter, /):
    return _orochi_lzma.encode_properties((_filter(filter),))


def _decode_filter_properties(filter_id, encoded_props, /):
    name = _number(filter_id, 64)
    row = _orochi_lzma.decode_properties(name, encoded_props)
    if name in (FILTER_LZMA1, FILTER_LZMA2):
        fields = ("dict_size",) if name == FILTER_LZMA2 else ("lc", "lp", "pb", "dict_size")
        found = dict(zip(_LZMA_FIELDS, row))
        return {"id": name, **{field: found[field] for field in fields}}
    fields = ("dist",) if name == FILTER_DELTA else ("start_offset",)
    return {"id": name, **dict(zip(fields, row))}
