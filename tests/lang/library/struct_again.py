# A Struct that is made anew while it is used, by a value that is being packed.
import struct
import sys


class Sly:
    def __init__(self, packer, format):
        self.packer, self.format = packer, format

    def __index__(self):
        self.packer.__init__(self.format)
        return 7


for format in "<b", "<64q", "", "x", "<q8s", "10s":
    packer = struct.Struct("<iqi")
    # What comes out is not said; CPython reads beyond its memory.
    if sys.implementation.name != "cpython":
        packer.pack(Sly(packer, format), 2, 3)
    packer = struct.Struct("<iqi")
    buffer = bytearray(16)
    packer.pack_into(buffer, 0, 1, Sly(packer, format), 3)
    print(bytes(buffer), packer.format, packer.size)
packer = struct.Struct("<hb")
rows = packer.iter_unpack(b"abcdefghi")
print(next(rows))
packer.__init__("<hb")
print(list(rows), rows.__length_hint__())
for format in "<iqi", b"<iqi", "@iqi", "=3i 2q", "\t2h", "0i3x0q", "0s1p5p", ">fd?c", "n N P", "e":
    packer = struct.Struct(format)
    print(packer.format, packer.size, packer.unpack(bytes(range(packer.size))) if packer.size < 30 else None)
try:
    print(struct.Struct.__new__(struct.Struct).pack(1))
except RuntimeError as error:
    print(error)
for bad in "i" * 3 + "!", "<n", "5", "99999999999999999999i", "\0", "\xe9", 5:
    try:
        struct.Struct(bad)
    except Exception as error:
        print(type(error).__name__, error)
for values in (), (1, 2), (1, 2, 3, 4), (1, 2, "x"), (1 << 40, 2, 3):
    try:
        print(struct.Struct("<iqi").pack(*values))
    except struct.error as error:
        print(error)
