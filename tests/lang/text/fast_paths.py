# Texts that take the short ways through str, format, codecs and numbers, and those just beside them.
import collections

# UTF-8 around the pieces that are converted at a time, in all widths
for unit in ("a", "\xe9", "\u0442", "\u4e2d", "\U0001f600", "a\xe9", "ab\u4e2d", "\xe9\U0001f600x"):
    for n in (1, 7, 8, 9, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1030):
        text = unit * n
        data = text.encode()
        assert data.decode() == text and data == b"".join(c.encode() for c in text), (unit, n)
        assert ("x" * 500 + text).encode().decode() == "x" * 500 + text
for n in (0, 1, 8, 255, 256, 300):
    text = "\u0442" * n + "\ud800\udfff" + "z"
    try:
        text.encode()
    except UnicodeEncodeError as error:
        print(error.start, error.end, error.reason, end="; ")
    print(len(text.encode(errors="surrogatepass")), text.encode(errors="replace")[-3:])
for bad in (b"\xff", b"\xc0\x80", b"\xe4\xb8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xf0\x9f\x98", b"\xe2\x28\xa1"):
    for before in (b"", b"abcdefg", b"abcdefgh" * 2, b"\xd1\x82" * 300, b"\xf0\x9f\x98\x80" * 3):
        try:
            (before + bad + b"tail").decode()
        except UnicodeDecodeError as error:
            print(error.start, error.end, error.reason, end="; ")
        print(ascii((before[-4:] + bad + b"t").decode(errors="replace")))

# translate: single characters, longer texts, nothing, numbers
print("hello".translate({108: "L", 111: None, 104: "HH", 101: 233}), "abc".translate({97: "\u4e2d", 98: "\U0001f600", 99: ""}))
print("a\u4e2db".translate({0x4E2D: "zh", 97: "\xe9"}), "aaa".translate(str.maketrans("a", "b", "c")))


class Table:
    asked = collections.Counter()

    def __getitem__(self, key):
        self.asked[key] += 1
        if key == 122:
            raise KeyError(key)
        return chr(key + 1)


print("abbz".translate(Table()), sorted(Table.asked.items()))
for wrong in ({97: 0x110000}, {97: 1.5}, {97: b"x"}):
    try:
        "a".translate(wrong)
    except (ValueError, TypeError) as error:
        print(error)

# join: all lengths, all widths
for n in list(range(36)) + [63, 64, 65, 300]:
    row = ["x" * n, "y", "z" * (n + 1)]
    assert ", ".join(row) == row[0] + ", " + row[1] + ", " + row[2]
    assert "\u4e2d".join(row) == row[0] + "\u4e2d" + row[1] + "\u4e2d" + row[2]
    assert "".join(row) == row[0] + row[1] + row[2]
    data = ("q" * n).encode() + b"," + ("r" * (n + 3)).encode()
    assert data.split(b",") == [b"q" * n, b"r" * (n + 3)]
print("-".join(["a", "\xe9", "\u0442", "\U0001f600"]), "\U0001f600".join("ab"), ",".join([]), ",".join(["one"]))

# format
print("{:>5}|{:<5}|{:^5}|{:*^7}|{:.2}|{!r:>6}|{!s}|{:5}".format("b", "b", "b", "ab", "abcdef", "x", "y", "w"))
print("{:{}}|{:{w}.{p}}|{:\u4e2d>4}|{}{}".format("a", ">4", "abcdef", "z", 1, -2, w=6, p=3))
print("{0}{0!r}{1[0]}{2.real}{k[a]}".format("q", [7], 5, k={"a": 8}), "{:}|{!s:}".format("e", "f"))
print("{}|{}|{}|{}".format(2**70, True, None, 1.5), "{:5}|{:<5}|{:05}|{:+}".format(42, 42, -42, 42))


class Loud(str):
    def __format__(self, spec):
        return f"<{spec}>"


print("{:>9}{}".format(Loud("a"), Loud("b")), f"{Loud('c'):x}", "%s" % Loud("d"))
for template, values in (("{:d}", ("a",)), ("{:=5}", ("a",)), ("{:,}", ("a",)), ("{:+}", ("a",)), ("{:#}", ("a",)), ("{:5x5}", ("a",)), ("{a}", ()), ("{}{}", (1,))):
    try:
        print(template.format(*values))
    except (ValueError, KeyError, IndexError) as error:
        print(type(error).__name__, error)
for spec in ("05", "+06d", "08.3f", "#010x", "012,", ",", "_b", "^9", "*>9", "=+9", "0>4", "<04", "09_", "-8"):
    print(format(1234, spec), format(-1234, spec), end="|")
print(f"{0:05}|{7:03d}|{-7:03d}|{1234567:,}|{3:>{4}}|{'a':>{3}}|{255:#06x}|{5:+d}|{5: d}|{0.0:06.1f}|{-1.5:08}|{1e300:,.1f}"[:200])
for f in ("%d %i %5s|%-5s|%05d", "%+d % d %x %#o|%e"):
    print(f % (1, -2, "a", "b", -42) if "s" in f else f % (3, 4, 255, 8, 1.5))
for bad in ("%y", "%", "%(a)s"):
    try:
        print(bad % 1)
    except (ValueError, TypeError) as error:
        print(error)

# ints from and to text
for text in ("0", "-0", "007", "+5", " 12 ", "1_000", "-1_0", "9" * 18, "9" * 19, "-" + "9" * 18, "-" + "9" * 19, "\u0661\u0662", "1" * 60):
    print(int(text), end=" ")
print()
for text in ("", "-", "+", "- 1", "1-", "--1", "1__0", "_1", "1_", "0x1", "1.0", "a", "\u4e2d", "1\x00"):
    try:
        print(int(text))
    except ValueError as error:
        print(ascii(str(error)))


class Text(str):
    pass


print(int(Text("12")), int(b"34"), int(bytearray(b"-56")), int("z", 36), int("-0x1f", 0), int())
for n in (10**19, 10**20, 10**38, 10**57, 10**100, 2**64, 2**128):
    for m in (n - 1, n, n + 1, -n):
        text = str(m)
        assert int(text) == m and len(text.lstrip("-")) == len(repr(abs(m))), m
print(str(10**38), str(10**57 + 10**19 + 5), 3**209, str(-(10**19)))
print([str(n) for n in (0, 9, 10, -1, -10, 99, 100, 2**62 - 1, 2**62, -(2**62), -(2**62) - 1)])

# floats to text
nan, inf = float("nan"), float("inf")
values = [0.0, -0.0, 1.0, -1.5, 0.1, 1e16, 1e15, 123456789012345680.0, 1e22, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, inf, -inf, nan, 100.0, 2.5e-7]
print(*map(repr, values))
for spec in ("", ".0f", "+.1f", "z.1f", "+z.1f", "g", "#g", ".3e", "E", ".2%", " .2g", "#.0f", "010.2f", ".17g", "n"):
    print(spec, *(format(x, spec) for x in (0.0, -0.04, 1234.5, -1e20, inf, -inf, nan)))
