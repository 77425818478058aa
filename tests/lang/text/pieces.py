# Text, bytes and numbers are worked on piece by piece: what lies at the edges of pieces, and mistakes there.
import codecs

# UTF-8 both ways, with pieces of 128 and 512.
for n in (0, 1, 7, 8, 9, 120, 127, 128, 129, 503, 504, 505, 511, 512, 513, 1025):
    for c in ("a", "\xe9", "\u4e2d", "\U0001f600"):
        for d in ("b", "\xff", "\uffff", "\U0010ffff"):
            text = c * n + d + "end"
            data = text.encode()
            assert data.decode() == text
            assert data == b"".join(ch.encode() for ch in text)
            for bad in (b"\xff", b"\xc3(", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xf0\x9f\x98"):
                try:
                    (data + bad).decode()
                except UnicodeDecodeError as error:
                    assert error.start == len(data), (n, c, d, bad, error)
                    shown = (error.end - error.start, error.reason)
                    if n == 9 and d == "b":
                        print(ascii(c), bad, shown)
            try:
                (text + "\ud800\udfff" + d).encode()
            except UnicodeEncodeError as error:
                assert (error.start, error.end) == (len(text), len(text) + 2)
            assert (text + "\ud800").encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass") == text + "\ud800"
            assert (data + b"\xff" + data).decode(errors="replace") == text + "\ufffd" + text
            decoder = codecs.getincrementaldecoder("utf-8")()
            assert "".join(decoder.decode(data[i:i + 3]) for i in range(0, len(data), 3)) + decoder.decode(b"", True) == text

# Digits.
for n in list(range(1, 60)) + [379, 380, 381, 399, 400, 401, 420]:
    for digit in "1", "9", "10":
        text = (digit * n)[:n]
        value = int(text)
        check = 0
        for c in text:
            check = check * 10 + ord(c) - 48
        assert value == check and str(value) == text and str(-value) == "-" + text and int("-" + text) == -check
    assert str(10 ** n) == "1" + "0" * n and int("1" + "0" * n) == 10 ** n
    assert str(2 ** (8 * n)) == "".join(str(2 ** (8 * n) // 10 ** i % 10) for i in reversed(range(len(str(2 ** (8 * n))))))
print(int("1_000"), int("00000000000000000000000000000000007"), int(" 12\n"))
for wrong in "", "_1", "1_", "1__0", "1a", "-", "0x1", "1 2":
    try:
        print(int(wrong))
    except ValueError as error:
        print(error)

# Translation and replacement.
table = {ord("a"): "\u4e2d", ord("b"): None, ord("c"): "xyz", ord("d"): 0xe9, ord("\xe9"): "e", 0x4e2d: "m"}
for n in (1, 255, 256, 257, 600):
    for c in "abcdz\xe9\u4e2d":
        text = (c * n + "q") * 2
        assert text.translate(table) == "".join("" if table.get(ord(ch), ch) is None else chr(v) if isinstance(v := table.get(ord(ch), ch), int) else v for ch in text)
print("fox fox fox".replace("fox", "cat"), "fox fox".replace("fox", "cat", 1), "aaa".replace("aa", "bb"), "fox".replace("dog", "cat"), "f\xe9".replace("f", "\u4e2d"))
print(bytes(range(70)).hex(), bytes(range(200, 256)).hex())
print(b", ".join([b"a", b"", b"c"]), b"".join([]), b"x".join([b"only"]), b".".join([b"a", bytearray(b"b")]), bytearray(b"-").join([b"a", b"b"]))
print(", ".join(["a", "\u4e2d", "c"]), "\u4e2d".join(["a", "b"]), "\u4e2d".join(["a"]), "".join(["", "\xe9"]), "ab".join([]) == "")
print("%5d|%-5s|%.2s|%c|%s|%d" % (42, "ab", "xyz", "\u4e2d", "\U0001f600", -(2 ** 60)), "%5s%%" % "\u4e2d", b"%4s|%-3b" % (b"a", b"b"))
