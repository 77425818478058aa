import io
import lzma
import tarfile
import _lzma as z


def error(f, *args, **named):
    try:
        return f(*args, **named)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


data = b"".join(b"line %d of the text\n" % (n % 97) for n in range(5000))
C, D = lzma.LZMACompressor, lzma.LZMADecompressor
for kind in (lzma.FORMAT_XZ, lzma.FORMAT_ALONE):
    packed = lzma.compress(data, format=kind)
    print(len(packed) < len(data) // 20, lzma.decompress(packed) == data, lzma.decompress(packed * 2) == data * 2)
for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_SHA256):
    packed = lzma.compress(data, check=check, preset=1 | lzma.PRESET_EXTREME)
    d = D()
    print(d.check, d.decompress(packed) == data, d.check, d.eof)
chain = [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 3, "lc": 1, "dict_size": 1 << 16}]
packed = lzma.compress(data, lzma.FORMAT_RAW, filters=chain)
print(lzma.decompress(packed, lzma.FORMAT_RAW, filters=chain) == data)
packed = lzma.compress(data, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2}])
print(lzma.decompress(packed) == data)

# Piece by piece.
c = C()
packed = b"".join(c.compress(data[i : i + 999]) for i in range(0, len(data), 999)) + c.flush()
print(error(c.flush), "|", error(c.compress, b""))
d = D()
out = b"".join(d.decompress(packed[i : i + 7]) for i in range(0, len(packed), 7))
print(out == data, d.eof, d.unused_data, d.needs_input)
d = D()
out = [d.decompress(packed + b"tail", max_length=1000)]
while not d.eof:
    print(d.needs_input, end=" ")
    out.append(d.decompress(b"", max_length=40000))
print(b"".join(out) == data, d.unused_data, error(d.decompress, b""))
print(error(D().decompress, b"no such stream"), "|", error(D(memlimit=10).decompress, packed))
bad = bytearray(packed)
bad[60] ^= 255
print(error(D().decompress, bytes(bad)), "|", error(lzma.decompress, packed[:-5]), "|", error(lzma.decompress, b""))

# What is asked for wrongly.
for args in (
    dict(format=4), dict(format=z.FORMAT_ALONE, check=4), dict(preset=5, filters=[]), dict(preset=99),
    dict(format=z.FORMAT_RAW), dict(filters=[{}]), dict(filters=3), dict(filters=[3]), dict(filters=[{"id": 1}]),
    dict(filters=[{"id": 0x21, "foo": 1}]), dict(filters=[{"id": 3}] * 5), dict(filters=[]),
    dict(filters=[{"id": 0x21, "preset": 99}]), dict(format=z.FORMAT_ALONE, filters=[{"id": 0x21}]),
    dict(filters=[{"id": 3, "dist": 5}]), dict(check=77), dict(filters=[{"id": 3, "x": 5}, {"id": 0x21}]),
    dict(filters=[{"id": 4, "x": 5}, {"id": 0x21}]),
):
    print(error(C, **args))
for args in (
    dict(format=9), dict(format=z.FORMAT_RAW), dict(filters=[]),
    dict(format=z.FORMAT_RAW, memlimit=5, filters=[{"id": 0x21}]),
):
    print(error(D, **args))
print(lzma.is_check_supported(lzma.CHECK_CRC64), lzma.is_check_supported(99))
print(z._encode_filter_properties({"id": 0x21}), z._decode_filter_properties(0x21, b"\x16"))
print(z._decode_filter_properties(z.FILTER_LZMA1, b"\x5d\0\0\x80\0"), z._decode_filter_properties(3, b"\x01"))
print(z._decode_filter_properties(4, b""), z._decode_filter_properties(4, b"\0\1\0\0"))
print(error(z._decode_filter_properties, 99, b""), "|", error(z._decode_filter_properties, 0x21, b"aaa"))

# Files, and what stands on them.
f = io.BytesIO()
with lzma.open(f, "wt") as text:
    text.write("one\ntwo\n")
f.seek(0)
with lzma.open(f, "rt") as text:
    print(list(text))
f = io.BytesIO()
with tarfile.open(fileobj=f, mode="w:xz") as tar:
    info = tarfile.TarInfo("name")
    info.size = 5
    tar.addfile(info, io.BytesIO(b"12345"))
f.seek(0)
with tarfile.open(fileobj=f) as tar:
    print(tar.getnames(), tar.extractfile("name").read())
