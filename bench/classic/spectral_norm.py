"""The largest singular value of an endless matrix, cut to 130 rows: calls of a small function, sums of floats."""

from math import sqrt

N = 2
CHECK = "1.274222210"
SIZE = 130


def entry(row, column):
    return 1.0 / ((row + column) * (row + column + 1) // 2 + row + 1)


def times(vector):
    size = range(len(vector))
    return [sum(entry(row, column) * vector[column] for column in size) for row in size]


def times_transposed(vector):
    size = range(len(vector))
    return [sum(entry(column, row) * vector[column] for column in size) for row in size]


def norm(size):
    u = [1.0] * size
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    up = down = 0.0
    for a, b in zip(u, v):
        up += a * b
        down += b * b
    return sqrt(up / down)


def run(n):
    for _ in range(n):
        result = norm(SIZE)
    return f"{result:.9f}"
