# Formatting, splitting and replacing where the common cases have ways of their own: the answers are the same.

VALUES = [0, 7, -7, 123456, -123456, True, 10**20, -(10**20)]
SPECS = ["", "5", "<5", ">9", "^9", "=9", "*^9", "0", "05", "09d", "d", "5d", "+5", " d", "x", "#x", "_", ",", "9,d", ".3", "z",
         "5n", "c", "5c", "s", "\xe9>4", "\u20ac<9", "99", "120", "9999d", "5%", ".2f", "9.1f", "10.3e", "g", "5q", "<", "=", "0=7", "00007"]
TEXTS = ["", "a", "abc", "r\xe9sum\xe9", "\u4e2d\u6587", "x" * 70]


def shown(make):
    try:
        return repr(make())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for spec in SPECS:
    print(repr(spec), *[shown(lambda: format(value, spec)) for value in VALUES])
for spec in SPECS + [".0", ".2", "5.2", "-^7.3s", "=5", "5.", ".s", "12345", "1.5.6", "z5"]:
    print(repr(spec), *[shown(lambda: format(text, spec)) for text in TEXTS if len(spec) < 5 or len(text) < 5][:6] if spec != "9999d" else "")
for spec in SPECS + ["z.1f", ".0f", "8.3%", ".10g"]:
    print(repr(spec), *[shown(lambda: format(x, spec)) for x in (0.0, -0.0, 1.5, -2.25, 1e100, float("nan"))] if "9999" not in spec else "")

print("{0:5}|{0:<5}|{0:,}|{0:x}|{1:>4}|{1:^5}|{1!r:7}|{2:6.2f}".format(42, "ab", 1.5))
print("{:{}}|{:{}.{}f}|{:d}".format(7, 4, 2.5, 8, 3, True))
for template in ["%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.3d", "%8.3d", "%-8.3d|", "%+08d", "%i", "%u", "%x", "%#o", "%X"]:
    print(repr(template), *[shown(lambda: template % value) for value in VALUES])
for template in ["%f", "%8.2f", "%-8.1f|", "%+.0f", "%08.3f", "%e", "%g", "%G", "%#.0f"]:
    print(repr(template), *[shown(lambda: template % x) for x in (0.0, -0.0, 1.5, -2.25, 1e100, float("inf"), float("nan"))])
print(b"%d|%5d|%05d|%x|%.2f|%s" % (7, -7, 7, 255, 1.5, b"z"))

text = "a,b,,c,"
print(text.split(","), "".split(","), ",".split(","), "abc".split(","), text.split(",", 2), text.split(",", -1))
print("\xe9,b".split(","), "a\u20acb".split("\u20ac"), "aXXbXX".split("XX"), shown(lambda: "a".split("")), shown(lambda: "a".split(3)))


class Text(str):
    pass


for s in (Text("abc"), Text("")):
    print([type(part).__name__ for part in s.split(",")], type(s[:]).__name__, type(s[0:9]).__name__, type(s.upper()).__name__,
          type(s.replace("z", "y")).__name__, type(s.lower()).__name__, type(format(s, "")).__name__)

same = "abc"
print(same.replace("x", "y") is same, same.replace("b", "b") == same, same[:] is same, same[0:3] is same)
print("aaaa".replace("a", "bb"), "aaaa".replace("aa", "b"), "abab".replace("ab", ""), "a" * 40 == ("b" * 40).replace("b", "a"),
      "xay".replace("a", "\xe9"), "x\xe9y".replace("\xe9", "e"), "aaaa".replace("a", "b", 2), "ab".replace("", "-"), "".replace("", "-"),
      "".replace("a", "b"), "abc".replace("abcd", "x"), "-".join("a" * 30).replace("a", "xy") == "-".join(["xy"] * 30))
print(b"aaaa".replace(b"a", b"bb"), b"aaaa".replace(b"aa", b"b"), b"abab".replace(b"ab", b""), b"aaaa".replace(b"a", b"b", 3),
      b"ab".replace(b"", b"-"), b"".replace(b"a", b"b"), b"abc".replace(b"abcd", b"x"), b"abc".replace(b"c", b""), (b"x" * 50).replace(b"x", b"yyy") == b"y" * 150)

print("Stra\xdfe \u0130 \u01c5".lower(), "stra\xdfe".upper(), "ABC\xc9".casefold(), "aBc".swapcase(), "aBc dE".title(), "".upper() == "")
print(shown(lambda: int(" 42 ")), shown(lambda: int("\t-7\n")), shown(lambda: int("\x1c5\x1f")), shown(lambda: int(" ")), shown(lambda: int("4 2")),
      shown(lambda: int("+5")), shown(lambda: int("1_0")), shown(lambda: int(" - 5")), shown(lambda: int("\u0665")))

s = "hello"
print(s[1:3], s[-3:], s[:-3], s[3:1], s[2:3], s[99:], s[-99:2], s[None:None], s[True:], shown(lambda: s[1.5:]), "\u4e2d\u6587x"[1:], "\u4e2dabc"[1:])
print("abcabc".find("c"), "abcabc".find("c", 3), "abcabc".find("c", None, 2), "abc".find(""), "abc".find("", 4), "abc".rfind("c"), "abc".count(""), shown(lambda: "a".index("b")))
