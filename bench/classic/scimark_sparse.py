"""A sparse matrix in rows of compressed storage times a vector: indirect indexing of `array`s."""

from array import array

N = 4
CHECK = "81883.390000"
SIZE, NONZERO = 1000, 50000


def multiply(y, values, starts, columns, x):
    for row in range(len(starts) - 1):
        total = 0.0
        for i in range(starts[row], starts[row + 1]):
            total += x[columns[i]] * values[i]
        y[row] = total


def run(n):
    per_row = NONZERO // SIZE
    values = array("d", [1.0 + i % 13 for i in range(NONZERO)])
    starts = array("i", [row * per_row for row in range(SIZE + 1)])
    columns = array("i", [i * max(row // per_row, 1) % SIZE for row in range(SIZE) for i in range(per_row)])
    x = array("d", [i / SIZE for i in range(SIZE)])
    y = array("d", bytes(8 * SIZE))
    for _ in range(n * 10):
        multiply(y, values, starts, columns, x)
    return f"{sum(y):.6f}"
