"""The classes of the encodings of Chinese, Japanese and Korean text.

_orochi_cjk converts as far as it can and says where and why it stopped; here is what follows from that: error
handlers, what is kept for the next call, streams.
"""

import codecs

import _orochi_cjk

_MOST_PENDING_BYTES = 8
_MOST_PENDING_CHARACTERS = 2
_STATE_BYTES = 8


def _check_errors(errors):
    if errors is None:
        return "strict"
    if not isinstance(errors, str):
        raise TypeError(f"errors must be str or None, not {type(errors).__name__}")
    return errors


def _handled(error, errors, kinds, what, length):
    """What an error handler puts in place of an error, and where to go on."""
    result = codecs.lookup_error(errors)(error)
    if not isinstance(result, tuple) or len(result) != 2 \
            or not isinstance(result[0], kinds) or not isinstance(result[1], int):
        raise TypeError(f"{what} error handler must return (str, int) tuple")
    text, position = result
    if position < 0:
        position += length
    if not 0 <= position <= length:
        raise IndexError(f"position {result[1]} from error handler out of bounds")
    return text, position


def _encode(name, text, state, errors, final):
    """The bytes of a text, what of it must wait for more, the state afterwards."""
    out = bytearray()
    position = 0
    while True:
        piece, position, state, why = _orochi_cjk.encode(name, text, position, state)
        out += piece
        if why == 0:
            break
        if why < 0:
            if not final:
                break
            piece, position, state, why = _orochi_cjk.single(name, text, position, state)
            out += piece
            if why == 0:
                continue
        end = position + why
        if errors == "ignore":
            position = end
            continue
        if errors == "replace":
            try:
                piece, _, state = _encode(name, "?", state, "strict", False)
            except UnicodeEncodeError:
                piece = b"?"
            out += piece
            position = end
            continue
        error = UnicodeEncodeError(name, text, position, end, "illegal multibyte sequence")
        if errors == "strict":
            raise error
        instead, position = _handled(error, errors, (str, bytes), "encoding", len(text))
        if isinstance(instead, str):
            instead, _, state = _encode(name, instead, state, "strict", False)
        out += instead
    if final:
        piece, state = _orochi_cjk.finish(name, state)
        out += piece
    return bytes(out), text[position:], state


def _decode(name, data, state, errors, final):
    """The text of some bytes, what of them must wait for more, the state afterwards."""
    out = []
    position = 0
    while True:
        piece, position, state, why = _orochi_cjk.decode(name, data, position, state)
        out.append(piece)
        if why == 0:
            break
        if why < 0:
            if not final:
                break
            reason, end = "incomplete multibyte sequence", len(data)
        else:
            reason, end = "illegal multibyte sequence", position + why
        if errors == "ignore":
            position = end
        elif errors == "replace":
            out.append("\ufffd")
            position = end
        else:
            error = UnicodeDecodeError(name, data, position, end, reason)
            if errors == "strict":
                raise error
            instead, position = _handled(error, errors, str, "decoding", len(data))
            out.append(instead)
    return "".join(out), data[position:], state


class MultibyteCodec:
    __slots__ = ("_name",)

    def __new__(cls, *args, **kwargs):
        raise TypeError("cannot create '_multibytecodec.MultibyteCodec' instances")

    def encode(self, input, errors=None):
        """The bytes of a text and its length."""
        errors = _check_errors(errors)
        name = self._name
        text = str.__str__(input if isinstance(input, str) else str(input))
        return _encode(name, text, _orochi_cjk.start(name), errors, True)[0], len(text)

    def decode(self, input, errors=None):
        """The text of some bytes and how many they are."""
        errors = _check_errors(errors)
        data = bytes(memoryview(input))
        name = self._name
        return _decode(name, data, _orochi_cjk.start(name), errors, True)[0], len(data)


def _make_codec(name, names):
    """What getcodec() of the modules of the encodings gives."""
    if not isinstance(name, str):
        raise TypeError("encoding name must be a string.")
    if name not in names:
        raise LookupError("no such codec is supported.")
    codec = object.__new__(MultibyteCodec)
    codec._name = name
    return codec


class _Stateful:
    def __init__(self, errors="strict"):
        codec = getattr(self, "codec", None)
        if codec is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'codec'")
        if not isinstance(codec, MultibyteCodec):
            raise TypeError("codec is unexpected type")
        self._name = codec._name
        if not isinstance(errors, str):
            raise TypeError(f"errors must be str, not {type(errors).__name__}")
        self._errors = errors
        self._start = self._state = _orochi_cjk.start(self._name)

    @property
    def errors(self):
        return self._errors

    @errors.setter
    def errors(self, value):
        if not isinstance(value, str):
            raise TypeError("errors must be a string")
        self._errors = value

    @errors.deleter
    def errors(self):
        raise AttributeError("cannot delete attribute")


class _Encoder(_Stateful):
    def __init__(self, errors="strict"):
        super().__init__(errors)
        self._pending = ""

    def _feed(self, text, final):
        if not isinstance(text, str):
            text = str(text)
        text = self._pending + text
        result, rest, state = _encode(self._name, text, self._state, self._errors, final)
        if len(rest) > _MOST_PENDING_CHARACTERS:
            raise UnicodeError("pending buffer overflow")
        self._pending = rest
        self._state = state
        return result

    def _flush(self):
        result = self._feed("", True) if self._pending else _orochi_cjk.finish(self._name, self._state)[0]
        self._pending = ""
        self._state = self._start
        return result


class _Decoder(_Stateful):
    def __init__(self, errors="strict"):
        super().__init__(errors)
        self._pending = b""

    def _feed(self, data, final):
        data = self._pending + data
        result, rest, state = _decode(self._name, data, self._state, self._errors, final)
        if len(rest) > _MOST_PENDING_BYTES:
            raise UnicodeError("pending buffer overflow")
        self._pending = rest
        self._state = state
        return result


class MultibyteIncrementalEncoder(_Encoder):
    def encode(self, input, final=False):
        """The bytes of the next piece of a text."""
        return self._feed(input, bool(final))

    def reset(self):
        """Begins anew."""
        self._pending = ""
        self._state = self._start

    def getstate(self):
        """What has been kept, as a number."""
        kept = self._pending.encode()
        state = self._state.to_bytes(_STATE_BYTES, "little")
        return int.from_bytes(bytes([len(kept)]) + kept + state, "little")

    def setstate(self, state, /):
        """Goes on from what getstate() gave."""
        data = state.to_bytes(1 + 4 * _MOST_PENDING_CHARACTERS + _STATE_BYTES, "little")
        length = data[0]
        if length > 4 * _MOST_PENDING_CHARACTERS:
            raise UnicodeError("pending buffer too large")
        self._pending = data[1:1 + length].decode()
        rest = data[1 + length:1 + length + _STATE_BYTES]
        self._state = int.from_bytes(rest, "little")


class MultibyteIncrementalDecoder(_Decoder):
    def decode(self, input, final=False):
        """The text of the next piece of some bytes."""
        return self._feed(bytes(memoryview(input)), bool(final))

    def reset(self):
        """Begins anew."""
        self._pending = b""
        self._state = self._start

    def getstate(self):
        """The bytes kept, and a number."""
        return self._pending, self._state

    def setstate(self, state, /):
        """Goes on from what getstate() gave."""
        if not isinstance(state, tuple):
            raise TypeError(f"setstate() argument must be tuple, not {type(state).__name__}")
        pending, number = state
        if not isinstance(pending, bytes):
            raise TypeError(f"setstate() argument 1 must be bytes, not {type(pending).__name__}")
        if not isinstance(number, int):
            raise TypeError(f"setstate() argument 2 must be int, not {type(number).__name__}")
        number.to_bytes(_STATE_BYTES, "little")
        if len(pending) > _MOST_PENDING_BYTES:
            raise UnicodeError("pending buffer too large")
        self._pending = pending
        self._state = number


class MultibyteStreamReader(_Decoder):
    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self._stream = stream

    @property
    def stream(self):
        return self._stream

    def _read(self, method, size):
        if size == 0:
            return ""
        while True:
            read = getattr(self._stream, method)
            data = read() if size < 0 else read(size)
            if not isinstance(data, bytes):
                kind = type(data).__name__
                raise TypeError(f"stream function returned a non-bytes object ({kind})")
            text = self._feed(data, size < 0 or not data)
            if size < 0 or text or not data:
                return text
            # What has come is the beginning of a character.
            size = 1

    @staticmethod
    def _size(size):
        if size is None:
            return -1
        if not isinstance(size, int):
            raise TypeError("arg 1 must be an integer")
        return size

    def read(self, sizeobj=None, /):
        return self._read("read", self._size(sizeobj))

    def readline(self, sizeobj=None, /):
        return self._read("readline", self._size(sizeobj))

    def readlines(self, sizehintobj=None, /):
        return self._read("read", self._size(sizehintobj)).splitlines(True)

    def reset(self):
        self._pending = b""
        self._state = self._start


class MultibyteStreamWriter(_Encoder):
    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self._stream = stream

    @property
    def stream(self):
        return self._stream

    def write(self, strobj, /):
        self._stream.write(self._feed(strobj, False))

    def writelines(self, lines, /):
        if not hasattr(lines, "__getitem__"):
            raise TypeError("arg must be a sequence object")
        for line in lines:
            self.write(line)

    def reset(self):
        rest = self._flush()
        if rest:
            self._stream.write(rest)
