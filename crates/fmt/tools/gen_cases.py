"""Writes test expectations for the formatting languages, one case a line:
`op TAB args... TAB result`, where an error is `!ValueError: message`.

usage: gen_cases.py OUTPUT
"""
import _string
import random
import struct
import sys

R = random.Random(3)
out = open(sys.argv[1], "w", encoding="utf-8")


def case(*args):
    *args, f = args
    try:
        r = f()
    except (ValueError, TypeError, OverflowError) as e:
        r = f"!{type(e).__name__}: {e}"
    out.write("\t".join([*args, r]) + "\n")


def bits(x):
    return struct.pack(">d", x).hex()


def spec(types):
    s = R.choice(["", "", "", "<", ">", "^", "=", "*<", "0>", "é^", "{=", "x="])
    s += R.choice(["", "", "+", "-", " "]) + R.choice(["", "", "", "", "z"]) + R.choice(["", "", "", "#"]) + R.choice(["", "", "0"])
    s += R.choice(["", "1", "5", "12", "20", "20"]) + R.choice(["", "", "", ",", "_", ",_", "_,"])
    s += R.choice(["", "", "", ".0", ".1", ".3", ".10", ".3,", ".12_", ".,", ".", "._"])
    return s + R.choice(types)


INTS = [0, 1, -1, 7, 42, 255, -255, 1000, 1234567, -1234567, 10**20, -(2**70), 0x1F600, 10**400]
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 123456.789, 1e16, 1e-5, 1234567.891234567, 1e300, 5e-324, float("inf"), float("-inf"), float("nan"), -0.0001, 99999.5, 2.5]
STRS = ["", "a", "hello", "héllo wörld", "中文字"]
for _ in range(300):
    v = R.choice(INTS)
    s = spec(["", "d", "d", "x", "X", "o", "b", "c", "n", "e", "f", "g", "%", "s", "é", "dd"])
    if s:
        case("int", hex(v), s, lambda: format(v, s))
    v = R.choice(FLOATS)
    s = spec(["", "", "e", "E", "f", "F", "g", "G", "%", "n", "d", "s", "ff"])
    if s:
        case("float", bits(v), s, lambda: format(v, s))
    v = complex(R.choice(FLOATS), R.choice(FLOATS))
    s = spec(["", "", "e", "f", "g", "n", "%", "s"])
    if s and R.random() < 0.5:
        case("complex", bits(v.real), bits(v.imag), s, lambda: format(v, s))
    v = R.choice(STRS)
    s = spec(["", "", "s", "d", "\t"[:0]])
    if s:
        case("str", v, s, lambda: format(v, s))
    t = "%" + "".join(R.choice(["-", "+", " ", "#", "0", ""]) for _ in range(3)) + R.choice(["", "5", "12"]) + R.choice(["", "", ".", ".0", ".3", ".10"])
    t += R.choice("diuoxX")
    v = R.choice(INTS[:-1])
    case("%int", hex(v), t, lambda: t % v)
    t = t[:-1] + R.choice("eEfFgG")
    f = R.choice(FLOATS)
    case("%float", bits(f), t, lambda: t % f)
    t = t[:-1] + R.choice("s")
    x = R.choice(STRS)
    case("%str", x, t, lambda: t % x)
BITS = ["{", "}", "{{", "}}", "a", "é", "{0}", "{}", "{a.b[c]}", "{!r}", "{:>5}", "{x!s:{w}.{p}}", "{a[}]}", "!", ":", "[", "]"]


def parse(t):
    return repr([tuple(p) for p in _string.formatter_parser(t)])


def name(t):
    first, rest = _string.formatter_field_name_split(t)
    return repr((first, list(rest)))


for _ in range(250):
    t = "".join(R.choice(BITS) for _ in range(R.randrange(0, 5)))
    case("parse", t, lambda: parse(t))
    t = "".join(R.choice(["a", "0", "12", ".", "[", "]", "b", "x]"]) for _ in range(R.randrange(0, 6)))
    case("name", t, lambda: name(t))
for t in ["%", "%(a", "%y", "%5", "%.", "%999999999999999999999d", "%.99999999999999d", "%(a)d", "%%", "%5%", "%l", "%(a)%", "%-%", "%(a)ld", "%\u4e2d", "%*d"]:
    case("%err", t, lambda: t % {"a": 1} if "*" not in t else t % (3, 1))
