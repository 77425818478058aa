"""The digits of pi by Gibbons's unbounded spigot: arithmetic on large integers."""

N = 2
CHECK = ("314159265358", "904780275900")
DIGITS = 2000


def digits():
    q, r, t = 1, 0, 1
    k = 0
    while True:
        k += 1
        odd = 2 * k + 1
        q, r, t = q * k, (2 * q + r) * odd, t * odd
        if q > r:
            continue
        digit = (3 * q + r) // t
        if digit == (4 * q + r) // t:
            yield digit
            r -= digit * t
            q *= 10
            r *= 10


def run(n):
    for _ in range(n):
        source = digits()
        text = "".join([str(next(source)) for _ in range(DIGITS)])
    return text[:12], text[-12:]
