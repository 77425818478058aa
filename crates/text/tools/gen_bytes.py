"""Writes test expectations for the bytes algorithms: `op|args...|result`,
bytes as hexadecimal digits.

usage: gen_bytes.py OUTPUT
"""
import random
import sys

R = random.Random(8)
out = open(sys.argv[1], "w")


def enc(x):
    if isinstance(x, bool):
        return str(int(x))
    if isinstance(x, int):
        return str(x)
    if isinstance(x, (bytes, bytearray)):
        return x.hex() or "e"
    if isinstance(x, str):
        return x.encode().hex() or "e"
    return ",".join(enc(i) for i in x) or "none"


def case(op, *args):
    *args, f = args
    try:
        r = enc(f())
    except ValueError as e:
        r = "!" + str(e)
    out.write("|".join([op, *map(enc, args), r]) + "\n")


for _ in range(120):
    alph = R.choice([b"ab", b"aB \t\n", b"\r\n\x0bx\x1c", b"'\"\\\x00\xff", b"+-0\t", b"AbC1"])
    rnd = lambda n: bytes(R.choice(alph) for _ in range(n))
    s, t, n = rnd(R.randrange(0, 9)), rnd(R.randrange(1, 3)), rnd(R.randrange(0, 3))
    k = R.randrange(-1, 4)
    for m in "isalpha isdigit isalnum isspace isupper islower istitle isascii upper lower title capitalize swapcase".split():
        case(m, s, lambda: getattr(s, m)())
    case("repr", s, lambda: repr(s))
    a, b = R.randrange(-9, 10), R.randrange(-9, 10)
    for m in "find rfind count startswith endswith".split():
        case(m, s, n, a, b, lambda: getattr(s, m)(n, a, b))
    case("split", s, k, lambda: s.split(None, k))
    case("rsplit", s, k, lambda: s.rsplit(None, k))
    case("splitsep", s, t, k, lambda: s.split(t, k))
    case("rsplitsep", s, t, k, lambda: s.rsplit(t, k))
    case("splitlines", s, lambda: s.splitlines())
    case("splitkeep", s, lambda: s.splitlines(True))
    case("replace", s, n, t, k, lambda: s.replace(n, t, k))
    case("strip", s, lambda: s.strip())
    case("stripchars", s, n, lambda: s.strip(n))
    case("zfill", s, 7, lambda: s.zfill(7))
    case("expandtabs", s, 3, lambda: s.expandtabs(3))
    g = R.randrange(-5, 6)
    case("hexsep", s, g, lambda: s.hex(":", g))
    h = "".join(R.choice("0123af  g\u00e9") for _ in range(R.randrange(0, 7)))
    case("fromhex", h, lambda: bytes.fromhex(h))
