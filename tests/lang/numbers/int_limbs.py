# Arithmetic of long integers with short ones, and carries through many words, checked by a digest.
import zlib

state = 1


def number(bits):
    """Now random bits, now long rows of ones or zeros."""
    global state
    found = 0
    while found.bit_length() < bits:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        pick = state >> 60
        word = state if pick > 4 else (2**64 - 1, 0, 1, 2**63, 2**64 - 2)[pick]
        found = found << 64 | word | (found == 0)
    return found


digest = 0


def note(*values):
    global digest
    digest = zlib.crc32(repr(values).encode(), digest)


LIMBS = (1, 2, 3, 7, 10, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 2, 2**64 - 1)
for bits in (64, 65, 127, 128, 192, 640, 1000, 3000):
    for _ in range(8):
        a, b = number(bits), number(bits // 2)
        for sign in (1, -1):
            note(a + sign * b, a - sign * b, b * sign - a, a * b * sign, b * sign // a, -b // (a * sign), b * sign % a)
            for d in LIMBS:
                note(a * d * sign, a // (d * sign), a % (d * sign), divmod(-a, d * sign), a + d * sign, d * sign - a)
        note(a - a, a - (a - 1), (a + 1) - a, (2**bits - 1) + 1, 2**bits - 1, a * b // b == a, a * b % b)
    print(bits, digest)
