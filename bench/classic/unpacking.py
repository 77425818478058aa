"""Tuples and lists unpacked into local names, swaps, starred targets and calls with stars."""

N = 6
CHECK = 4500000


def total(a, b, c, *rest, scale=1):
    return (a + b + c + len(rest)) * scale


def run(n):
    triple, items = (1, 2, 3), [4, 5, 6, 7]
    options = {"scale": 2}
    for _ in range(n):
        result = 0
        for i in range(100000):
            a, b, c = triple
            d, e, f, g = items
            a, b = b, a
            (h, k), m = (a, d), g
            first, *middle, last = items
            result += h + k + m + first + last + len(middle) + c + e + f
            if not i & 3:
                result += total(*triple, *items, **options)
    return result
