print(2 ** 100, -(2 ** 100), 2 ** 64 - 1, (1 << 63) - 1, -(1 << 63), 10 ** 50 // 3 ** 20, 10 ** 50 % 3 ** 20, -(10 ** 50) // 3 ** 20, -(10 ** 50) % 3 ** 20)
print((2 ** 62) + (2 ** 62), (2 ** 62) * 2 - 2 ** 63, 4611686018427387904 - 1, -4611686018427387904 - 1, 3037000500 * 3037000500, 2 ** 63 >> 1, -(2 ** 63) >> 62)
print((10 ** 20).bit_length(), (255).bit_count(), (-5).bit_length(), (6).as_integer_ratio(), int("0x1f", 16), int("-0b11", 0), int("z", 36), int(" 12_3 "), int("٣"), int(-3.9), int("9" * 30))
print(hex(2 ** 70), oct(-8), bin(10), str(10 ** 40), repr(-1), f"{10**20:,}", format(2 ** 65, "x"), "%d" % 10 ** 2, (1234).__format__("+08,"))
print(hash(1), hash(-1), hash(2 ** 61 - 1), hash(2 ** 61), hash(-2), hash(10 ** 30), hash(True), 1 == 1.0, hash(1) == hash(1.0), 2 ** 53 + 1 == float(2 ** 53 + 1), 10 ** 400 > 1e308, -(10 ** 400) < float("-inf"))
print(divmod(10 ** 30, -7), divmod(-10 ** 30, 7), pow(3, 10 ** 20, 10 ** 9 + 7), pow(2, -1, 11), abs(-10 ** 25), round(12345, -2), round(15, -1), round(25, -1), round(-15, -1))
print(1 / 3, 10 ** 30 / 10 ** 29, (10 ** 400) // (10 ** 399), 7 ** 77 % 1000, 123456789 ** 5, (-7) ** 3, 0 ** 0)
import math
print(math.gcd(12, 18), math.lcm(4, 6), math.factorial(25), math.comb(10, 3), math.perm(5, 2), math.isqrt(10 ** 30 + 1), math.prod([1, 2, 3]), math.gcd(2 ** 100, 6 ** 50))
x = 5
x += 2 ** 65
x //= 3
x ^= 12345
x <<= 3
x |= 1
print(x, ~x, -x, +x, x & 0xFFFF, x & -1, -x | 7, (-x) ^ 3)
for bad in ("int('')", "int('1x')", "int('12', 1)", "int([])", "int('1.5')", "int(float('inf'))", "int(float('nan'))", "10 ** 400 / 1", "float(10 ** 400)", "pow(2, -1, 4)", "math.factorial(-1)", "(1).to_bytes(0)", "(256).to_bytes(1)", "int('9' * 5000)", "1 << (1 << 70)", "range(10)[10 ** 30]", "chr(10 ** 20)"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print(True + 1, True & False, True | 2, type(True & True).__name__, bool("False"), int(True), ~True if False else -2, isinstance(True, int), str(True), {True: "a", 1: "b"})
print((5).real, (5).imag, (5).numerator, (5).conjugate(), (5).is_integer(), int.from_bytes(b"\x00\x80", "big"), sum(range(10 ** 5)), sum([10 ** 20, -10 ** 20, 1]), max(2 ** 64, 2 ** 65), sorted([3, -1, 2 ** 70, -2 ** 70]))
n = 1
for i in range(1, 60):
    n *= i
print(n, len(str(3 ** 5000)), str(3 ** 5000)[:20], int(str(7 ** 1000)) == 7 ** 1000, (3 ** 2000) // (3 ** 1990), (2 ** 4000 - 1) % (2 ** 100 - 3))
