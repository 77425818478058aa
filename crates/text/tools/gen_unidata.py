"""Writes the binary tables under `src/unidata/` from a Python whose
`unicodedata.unidata_version` is the wanted one.

The facts are those of the Unicode Character Database (licence: Unicode-3.0);
a running interpreter is only the most convenient complete reader of it,
because it answers for the derived properties that Python defines on top
(printable, cased for title(), whitespace for split() ...).

usage: gen_unidata.py OUTPUT_DIRECTORY
"""
import struct
import sys
import unicodedata as u

out = sys.argv[1]
assert u.unidata_version == "16.0.0", u.unidata_version
MAX = 0x110000
CATS = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
BIDI = ["", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN",
        "B", "S", "WS", "ON", "LRI", "RLI", "FSI", "PDI"]
EAW = ["N", "F", "H", "W", "Na", "A"]
TAGS = ["", "<noBreak>", "<compat>", "<super>", "<fraction>", "<sub>", "<font>", "<circle>", "<wide>",
        "<vertical>", "<square>", "<isolated>", "<final>", "<initial>", "<medial>", "<small>", "<narrow>"]
SPECIAL = -0x80000000

numerics, num_ids = [], {}


def num_id(v):
    if v is None:
        return 0
    if v not in num_ids:
        num_ids[v] = len(numerics) + 1
        numerics.append(v)
    return num_ids[v]


def write(name, fmt, items):
    with open(f"{out}/{name}", "wb") as f:
        for it in items:
            f.write(struct.pack("<" + fmt, *(it if isinstance(it, tuple) else (it,))))


def trie(values, shift):
    size = 1 << shift
    blocks, index1, index2 = {}, [], []
    for start in range(0, MAX, size):
        block = tuple(values[start:start + size])
        if block not in blocks:
            blocks[block] = len(index2) >> shift
            index2.extend(block)
        index1.append(blocks[block])
    return index1, index2


special = []  # (cp, kind, a, b, c)


def delta(cp, s, kind):
    if len(s) == 1:
        return ord(s) - cp
    cps = [ord(c) for c in s] + [0, 0]
    special.append((cp, kind, cps[0], cps[1], cps[2]))
    return SPECIAL


def flags_of(c):
    final = "\u03c2"
    t1 = (c + "\u03a3").lower()[-1] == final
    t2 = ("A" + c + "\u03a3").lower()[-1] == final
    ignorable = t2 and not t1
    cased = (c + "b").title()[-1] == "b"
    bits = [c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isspace(), len(("a" + c + "b").splitlines()) > 1,
            c.islower(), c.isupper(), u.category(c) == "Lt", c.isidentifier(), ("a" + c).isidentifier(), c.isprintable(),
            cased, ignorable, bool(u.mirrored(c))]
    return sum(1 << i for i, b in enumerate(bits) if b)


records, rec_ids, values = [], {}, []
records32, rec_ids32, values32 = [], {}, []
decomp, decomp_data, comp = [], [], []
old = u.ucd_3_2_0
decomp32 = []
for cp in range(MAX):
    c = chr(cp)
    rec = (CATS.index(u.category(c)), BIDI.index(u.bidirectional(c)), u.combining(c), EAW.index(u.east_asian_width(c)),
           u.decimal(c, -1), u.digit(c, -1), flags_of(c), num_id(u.numeric(c, None)),
           delta(cp, c.upper(), 0), delta(cp, c.lower(), 1), delta(cp, c.title(), 2), delta(cp, c.casefold(), 3))
    values.append(rec_ids.setdefault(rec, len(rec_ids)))
    rec32 = (CATS.index(old.category(c)), BIDI.index(old.bidirectional(c)), EAW.index(old.east_asian_width(c)),
             bool(old.mirrored(c)), old.combining(c), old.decimal(c, -1), old.digit(c, -1), num_id(old.numeric(c, None)))
    values32.append(rec_ids32.setdefault(rec32, len(rec_ids32)))
    d = u.decomposition(c)
    if d and not 0xac00 <= cp <= 0xd7a3:
        parts = d.split()
        tag = TAGS.index(parts.pop(0)) if d[0] == "<" else 0
        cps = [int(p, 16) for p in parts]
        decomp.append((cp, len(decomp_data), tag, len(cps)))
        decomp_data.extend(cps)
        if tag == 0 and len(cps) == 2 and u.normalize("NFC", u.normalize("NFD", c)) == c:
            comp.append((cps[0], cps[1], cp))
    if old.category(c) != "Cn" and not 0xac00 <= cp <= 0xd7a3:
        a = old.normalize("NFKD", c)
        if a != u.normalize("NFKD", c):
            assert len(a) == 1, hex(cp)
            decomp32.append((cp, ord(a)))

i1, i2 = trie(values, 7)
write("index1.bin", "H", i1)
write("index2.bin", "H", i2)
write("records.bin", "BBBBbbHHiiii", [(*r[:4], *r[4:7], r[7], *r[8:]) for r in rec_ids])
i1, i2 = trie(values32, 7)
write("old_index1.bin", "H", i1)
write("old_index2.bin", "H", i2)
write("old_records.bin", "BBBBBbbxH", list(rec_ids32))
write("old_decomp.bin", "II", decomp32)
write("numerics.bin", "d", numerics)
write("special.bin", "IIIII", sorted(special))
write("decomp.bin", "IHBB", decomp)
write("decomp_data.bin", "I", decomp_data)
write("comp.bin", "III", sorted(comp))
print(len(rec_ids), len(i2), len(rec_ids32), len(numerics), len(special), len(decomp), len(decomp_data), len(comp), decomp32)
