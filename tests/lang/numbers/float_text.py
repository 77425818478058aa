# Text to float: few digits with small exponents, and everything around.
import struct

state = 1


def draw(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
    return (state >> 33) % n


def digits(n):
    return "".join(str(draw(10)) for _ in range(n))


total = 0
for _ in range(20000):
    text = "+-"[draw(2)] * draw(2) + digits(draw(22)) + "." * draw(2) + digits(draw(12))
    if draw(2):
        text += "eE"[draw(2)] + ["", "+", "-"][draw(3)] + digits(draw(4))
    try:
        bits = struct.unpack("<q", struct.pack("<d", float(text)))[0]
    except ValueError:
        bits = len(text)
    total = (total * 31 + bits) % (1 << 61)
print(total)

for text in ["9007199254740992", "9007199254740993", "9007199254740992e22", "9007199254740991e-22", "9007199254740993e1", "1e22", "1e23", "1e-22", "1e-23", "0.1", "123.456e3", "00000000000000000000001", "0000000000000000001e5", "9999999999999999999", "18446744073709551616", "1.e3", ".5e-1", ".", ".e1", "1e", "1e+", "1e5_0", "1_0.5e-2", "-0", "-0.0e5", "-.0", "1e-400", "1e400", "0e99999999999999999999", "1e-99999", "1e00000022", "1e-0000000000000000000000022", "inf", "-Infinity", "nan", "+nan", "infi", "na", "e5", "i", "1e5x", " 12.5 ", "\u0661.\u0665"]:
    try:
        print(text.encode("unicode_escape"), float(text))
    except ValueError as error:
        print(error)
