b = b"Hello\x00\xff"
print(b, len(b), b[0], b[1:3], list(b[:3]), b.hex(), b.hex("-"), bytes.fromhex("00 ff"), bytes(3), bytes([1, 2]), bytes("é", "utf-8"))
print(b.upper(), b.find(b"l"), b.count(b"l"), b.replace(b"l", b"L"), b.split(b"l"), b.startswith(b"He"), b"a,b".partition(b","), b" x ".strip(), b"-".join([b"a", b"b"]), 72 in b, b"el" in b)
print(b"a" + b"b", b"ab" * 2, b"a" < b"b", b"a" == "a", b"%d %s %r" % (1, b"x", "y"), b"abc".translate(bytes.maketrans(b"a", b"x")), b"Ab".swapcase(), b"1".isdigit(), b"x".zfill(3), b"a\tb".expandtabs(4))
ba = bytearray(b"abc")
ba.append(100)
ba.extend(b"ef")
ba[0] = 65
ba[1:3] = b"XYZ"
del ba[-1]
ba += b"!"
ba.insert(0, 0)
print(ba, ba.pop(), ba.remove(0), ba, ba.reverse(), ba, ba[::2], bytes(ba), ba.copy() is ba, hash(b"a") == hash(bytes([97])))
m = memoryview(bytearray(b"abcdef"))
m[0] = 90
m[1:3] = b"YX"
print(bytes(m), m[1], m[2:4].tobytes(), m.nbytes, m.format, m.readonly, m.tolist(), len(m[::2]), m.cast("H").shape, m.obj)
for bad in ("b'é'", "b[100]", "bytes([256])", "bytes([-1])", "b'a' + 'a'", "bytearray(b'x')[5]", "b[0] = 1", "bytes.fromhex('0')", "bytes('a')", "int.from_bytes('a')", "m[0] = 300"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print(int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\x01\x02", "little"), (258).to_bytes(2), (-1).to_bytes(2, "big", signed=True), int.from_bytes(b"\xff", signed=True))
import struct, base64, binascii, zlib, hashlib
print(struct.pack("<ihb", 1, 2, 3), struct.unpack(">I", b"\0\0\1\0"), struct.calcsize("iq"), base64.b64encode(b"hello"), base64.b64decode("aGVsbG8="), binascii.hexlify(b"ab"), zlib.crc32(b"hello"), hashlib.md5(b"").hexdigest(), hashlib.sha256(b"abc").hexdigest()[:16])
ba2 = bytearray(b"x")
with memoryview(ba2) as v:
    v[0] = 121
ba2.append(122)
print(ba2)
