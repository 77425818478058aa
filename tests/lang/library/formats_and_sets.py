# Formats of `struct` come back to the same meaning however often and in whatever turn; sets of characters of every
# form; items of arrays of every type.
import re
import struct
from array import array

formats = ["<ihd", ">ihd", "=ihd", "@ihd", "ihd", "<3i", "<4i", "10s", "9s1x", "<bBhHiIlLqQ", ">bBhHiIlLqQ", "?e", "<e?",
           "2h 3b", "0i", "", "P", "nN", "5p", "c" * 70, "<" + "i" * 100]
sizes = [struct.calcsize(f) for f in formats]
for _ in range(3):
    for f, size in zip(formats, sizes):
        assert struct.calcsize(f) == size == struct.Struct(f).size == struct.Struct(f.encode()).size
print(sizes)
for _ in range(2):
    print(struct.pack("<ihd", 1, -2, 2.5).hex(), struct.pack(">ihd", 1, -2, 2.5).hex(), struct.unpack("<bBhH", b"\xff\xff\xfe\xff\xfe\xff"))
    for bad in ("y", "<P", "3", "i\0", "99999999999999999999i", "é"):
        try:
            print(struct.calcsize(bad))
        except (struct.error, UnicodeEncodeError) as e:
            print(type(e).__name__, e)
    for args in ((300,), (1, 2), (), (1.5,), ("x",)):
        try:
            print(struct.pack("b", *args))
        except struct.error as e:
            print(e)

text = "aZ09_- \t\nÀé²ΩЖ中\U0001f600]^\\"
for pattern in ("[abc]", "[aceZ]", "[^aceZ]", "[^]]", r"[^\n]", r"[\d]", r"[^\d\s]", r"[\w-]", "[a-zÀ-ÿ]", "[Ω-\U0001f600]", "[^Ω]",
                "[aceΩЖ中]", "[^aceΩЖ中]", "[]^\\\\]", "[a]", "[^a]"):
    for flags in (0, re.I, re.A, re.I | re.A):
        print(ascii("".join(re.findall(pattern, text, flags))), end=" ")
    print(ascii(re.sub(pattern + "+", "*", text * 2)), bool(re.fullmatch(pattern + "*", text)))
print(re.findall(rb"[^\x80-\xff]+|[\xe9-\xff]", bytes(range(90, 256))))

for code in "bBhHiIlLqQ":
    a = array(code, [0, 1, 2 ** (8 * array(code).itemsize - 1) - 1])
    if code.islower():
        a.append(-1)
        a.append(-2 ** (8 * a.itemsize - 1))
    else:
        a.append(2 ** (8 * a.itemsize) - 1)
    print(code, [a[i] for i in range(-len(a), len(a))] == list(a) * 2, a.itemsize, a[-1], list(reversed(a))[:2], a.index(1), a.pop())
print(array("f", [1.5, -0.25])[1], array("d", [1e300])[0], array("w", "aΩ\U0001f600")[2] == "\U0001f600")
try:
    array("i")[0]
except IndexError as e:
    print(e)
