"""Writes test expectations for the text algorithms: one case a line,
`op|args...|result`, strings as dotted hexadecimal code points.

usage: gen_cases.py OUTPUT
"""
import random
import sys
import unicodedata as u

R = random.Random(11)
out = open(sys.argv[1], "w")
ALPH = ["ab", "aAbB \t", "a\u00df\u00e9\u0131\u0130Z", "\u03a3\u03c3a .'\u00ad", "\u4e2d\u6587a\u2028 \x1c\x85\r\n", "\U0001f600\ud800a\udfff\u01c5",
        "'\"\\\n\x00\x7f\xa0\u200b\U0001f600\ue000", "\ufb01\u1e9e\u0345\u1f80\u00aa\u2160\u24b6", "0\u0663\u00b2\u00bd\u4e00_x1", "e\u0301\u0300\u0323\u212b\uac00\u1100\u1161\u11a8\uff21"]


def enc(x):
    if x is None:
        return "-"
    if isinstance(x, bool):
        return str(int(x))
    if isinstance(x, int):
        return str(x)
    if isinstance(x, bytes):
        return x.hex() or "e"
    if isinstance(x, str):
        return ".".join("%x" % ord(c) for c in x) or "e"
    return ",".join(enc(i) for i in x) or "none"


def rand(alph=None, n=None):
    alph = alph or R.choice(ALPH)
    return "".join(R.choice(alph) for _ in range(R.randrange(0, 9) if n is None else n))


def case(op, *args):
    out.write("|".join([op, *map(enc, args)]) + "\n")


for _ in range(80):
    alph = R.choice(ALPH)
    s, t, n = rand(alph), rand(alph, R.randrange(1, 3)), rand(alph, R.randrange(0, 3))
    for m in "upper lower title capitalize swapcase casefold isalpha isdigit isdecimal isnumeric isalnum isspace isupper islower istitle isprintable isidentifier".split():
        if R.random() < 0.35:
            case(m, s, getattr(s, m)())
    for f in ("NFC", "NFD", "NFKC", "NFKD"):
        if R.random() < 0.4:
            case(f, s, u.normalize(f, s))
    case("repr", s, repr(s))
    case("ascii", s, ascii(s))
    a, b = R.randrange(-9, 10), R.randrange(-9, 10)
    case("find", s, n, a, b, s.find(n, a, b))
    case("rfind", s, n, a, b, s.rfind(n, a, b))
    case("count", s, n, a, b, s.count(n, a, b))
    case("startswith", s, n, a, b, s.startswith(n, a, b))
    case("endswith", s, n, a, b, s.endswith(n, a, b))
    k = R.randrange(-1, 4)
    case("split", s, k, s.split(None, k))
    case("rsplit", s, k, s.rsplit(None, k))
    case("splitsep", s, t, k, s.split(t, k))
    case("rsplitsep", s, t, k, s.rsplit(t, k))
    case("splitlines", s, 1, s.splitlines(True))
    case("replace", s, n, t, k, s.replace(n, t, k))
    case("strip", s, s.strip())
    case("stripchars", s, n, s.strip(n))
    case("center", s, 10, s.center(10, "*"))
    case("zfill", s, 7, s.zfill(7))
    case("expandtabs", s, 3, s.expandtabs(3))
    for h in "strict ignore replace backslashreplace surrogateescape surrogatepass".split():
        for e in "utf-8 utf-16-le utf-16-be utf-32-le latin-1 ascii utf-7 unicode_escape raw_unicode_escape".split():
            if R.random() < 0.12:
                try:
                    case("encode", s, h.encode(), e.encode(), s.encode(e, h))
                except UnicodeEncodeError as x:
                    case("encodeerr", s, h.encode(), e.encode(), x.start, x.end, x.reason.encode())
POOL = [b"\xc3\xa9", b"\xe4\xb8\xad", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xff", b"\xc0", b"\x80", b"a", b"+", b"-", b"\\", b"\\x4", b"\\u12", b"\\N{DIGIT ONE}",
        b"\\N{nope}", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\x00", b"\xd8", b"\xdc", b"\\n", b"\\777", b"\\U0011", b"\\U00110000", b"+AGE-", b"+2D3eAA", b"~"]
for _ in range(500):
    b = b"".join(R.choice(POOL) for _ in range(R.randrange(0, 6)))
    h = R.choice("strict strict ignore replace backslashreplace surrogateescape surrogatepass".split())
    e = R.choice("utf-8 utf-8 utf-16-le utf-16-be utf-32-le latin-1 ascii utf-7 unicode_escape raw_unicode_escape".split())
    import warnings
    warnings.simplefilter("ignore")
    try:
        case("decode", b, h.encode(), e.encode(), b.decode(e, h))
    except UnicodeDecodeError as x:
        case("decodeerr", b, h.encode(), e.encode(), x.start, x.end, x.reason.encode())
