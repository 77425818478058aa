"""A fast Fourier transform of 1024 complex numbers there and back, in place in one list of floats."""

import math

N = 60
CHECK = "661323.4779 True"
SIZE = 1024


def reorder(data):
    """Puts every number where the reversed bits of its index say."""
    count = len(data) // 2
    j = 0
    for i in range(count - 1):
        if i < j:
            data[2 * i], data[2 * j] = data[2 * j], data[2 * i]
            data[2 * i + 1], data[2 * j + 1] = data[2 * j + 1], data[2 * i + 1]
        bit = count >> 1
        while bit <= j:
            j -= bit
            bit >>= 1
        j += bit


def transform(data, sign):
    count = len(data) // 2
    reorder(data)
    half = 1
    while half < count:
        angle = sign * math.pi / half
        sine, turn = math.sin(angle), 2.0 * math.sin(angle / 2.0) ** 2
        real, imaginary = 1.0, 0.0
        for a in range(half):
            for b in range(a, count, 2 * half):
                i, j = 2 * b, 2 * (b + half)
                x, y = data[j], data[j + 1]
                moved = real * x - imaginary * y
                turned = real * y + imaginary * x
                data[j] = data[i] - moved
                data[j + 1] = data[i + 1] - turned
                data[i] += moved
                data[i + 1] += turned
            real, imaginary = (real - sine * imaginary - turn * real, imaginary + sine * real - turn * imaginary)
        half *= 2


def run(n):
    for _ in range(n):
        data = [float((i * 37) % 101) for i in range(2 * SIZE)]
        transform(data, -1)
        middle = sum(map(abs, data))
        transform(data, +1)
        error = max(abs(value / SIZE - (i * 37) % 101) for i, value in enumerate(data))
    return f"{middle:.4f} {error < 1e-9}"
