s = "Hello, World"
print(s.upper(), s.lower(), s.swapcase(), s.title(), "ßa".upper(), "ǅ".lower(), s.casefold(), "hELLO wORLD".capitalize())
print(s.find("o"), s.rfind("o"), s.find("z"), s.index("W"), s.count("l"), s.replace("l", "L", 2), s.startswith(("He", "x")), s.endswith("d", 0, 5))
print(s.split(", "), "a  b c ".split(), "a,b,,c".split(","), "a,b,c".rsplit(",", 1), "a\nb\r\nc".splitlines(), "a\nb".splitlines(True), "a-b-c".partition("-"), "a-b-c".rpartition("-"))
print("  x ".strip() + "|", "xxaxx".strip("x"), "xxa".lstrip("x"), "prefix-a".removeprefix("prefix-"), "a.py".removesuffix(".py"))
print("a".center(5, "*"), "a".ljust(3) + "|", "a".rjust(3), "-42".zfill(6), "a\tb".expandtabs(4), "-".join("abc"), "-".join([]))
print("abc".isalpha(), "12".isdigit(), "½".isnumeric(), "²".isdecimal(), "a1".isalnum(), " \t".isspace(), "A b".istitle(), "ab".islower(), "x1".isidentifier(), "\n".isprintable(), "é".isascii())
print("abc" < "abd", "a" * 3, 3 * "ab", "b" in "abc", "" in "", "abc"[1], "abc"[-1], len("日本語"), "日本語"[1], "😀"[0], len("😀"), ord("😀"), chr(0x1F600))
print("abc".translate({97: "X", 98: None, 99: 100}), "abc".translate(str.maketrans("ab", "xy", "c")), "aXbX".replace("X", ""), "abc".replace("", "-"))
print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\n\t\\\x00\x7f\xa0é\u200b\ud800😀"), ascii("é😀\u1234"), r"\n", "\N{SNOWMAN}", "\x41\u0042\U00000043\103")
print("%s %r %d %5.2f %-5s| %05d %x %X %o %e %g %c %%" % ("a", "b", 3, 3.14159, "l", 42, 255, 255, 8, 12345.678, 0.0001, "c"))
print("%(a)s %(b)03d" % {"a": 1, "b": 2}, "%*d" % (5, 3), "%s" % (1,), "%+d % d" % (5, 5), "%#x %#o" % (255, 8), "%.3s|" % "abcdef")
print("{} {1} {0}".replace("{} ", "").format("a", "b"), "{:>5}|{:<5}|{:^5}".format(1, 2, 3), "{a.real} {b[0]} {c[k]}".format(a=1, b=[2], c={"k": 3}), "{!r:>5}".format("x"), "{{}}".format())
for bad in ("'a' + 1", "'abc'.index('z')", "'%d' % 'a'", "'%s %s' % 1", "'%s' % (1, 2)", "'{} {}'.format(1)", "'{a}'.format()", "'abc'[5]", "'a'.join([1])", "ord('ab')", "chr(-1)", "'a' * 'b'", "'{:d}'.format('x')", "''.split('')", "'%z' % 1", "'{'.format()"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print("é".encode(), "é".encode("latin-1"), "é".encode("utf-16-le"), b"\xc3\xa9".decode(), "a\ud800".encode("utf-8", "surrogatepass"), "é".encode("ascii", "replace"), "é".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), b"\xff".decode("utf-8", "replace"), b"\xff".decode("utf-8", "surrogateescape") == "\udcff")
print("a" is "a", str(5), str(None), str(b"x", "ascii"), str([1, "a"]), str(1.0), "abc".__len__(), hash("a") == hash("a"))
print("""triple "quoted"
second""", 'con' 'cat', "line \
continued")
print(sorted(["b", "A", "a", "B"]), sorted(["b", "A", "a"], key=str.lower), max("hello"), "".join(reversed("abc")), list("ab"))
