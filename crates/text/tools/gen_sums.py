"""Writes checksums of CPython's Unicode answers for every code point.

usage: gen_sums.py OUTPUT
"""
import struct
import sys
import unicodedata as u


def fnv(f):
    h = 0xCBF29CE484222325
    for c in range(0x110000):
        for b in f(chr(c)) + b";":
            h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def byte(v):
    return b"-" if v is None else bytes([v])


def num(v):
    return b"-" if v is None else struct.pack("<d", v)


def w(s):
    return s.encode("utf-8", "surrogatepass")


o = u.ucd_3_2_0
table = {
    "category": lambda c: u.category(c).encode(), "bidirectional": lambda c: u.bidirectional(c).encode(),
    "combining": lambda c: bytes([u.combining(c)]), "width": lambda c: u.east_asian_width(c).encode(),
    "decomposition": lambda c: u.decomposition(c).encode(), "decimal": lambda c: byte(u.decimal(c, None)),
    "digit": lambda c: byte(u.digit(c, None)), "numeric": lambda c: num(u.numeric(c, None)),
    "mirrored": lambda c: bytes([u.mirrored(c)]), "name": lambda c: u.name(c, "").encode(),
    "old_category": lambda c: o.category(c).encode(), "old_numeric": lambda c: num(o.numeric(c, None)),
    "upper": lambda c: w(c.upper()), "lower": lambda c: w(c.lower()), "title": lambda c: w(c.title()),
    "casefold": lambda c: w(c.casefold()),
}
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    table[form] = lambda c, f=form: w(u.normalize(f, c))
    table["old_" + form] = lambda c, f=form: w(o.normalize(f, c))
with open(sys.argv[1], "w") as out:
    for name, f in table.items():
        out.write(f"{name} {fnv(f):x}\n")
