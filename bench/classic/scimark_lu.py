"""LU factorisation of a 100 by 100 matrix with partial pivoting."""

N = 12
CHECK = "6.349051e+00 319232"
SIZE = 100


def factor(matrix):
    """Factors in place; returns the order of the rows."""
    size = len(matrix)
    order = list(range(size))
    for k in range(size):
        pivot = k
        largest = abs(matrix[k][k])
        for i in range(k + 1, size):
            size_here = abs(matrix[i][k])
            if size_here > largest:
                largest = size_here
                pivot = i
        if pivot != k:
            matrix[k], matrix[pivot] = matrix[pivot], matrix[k]
            order[k], order[pivot] = order[pivot], order[k]
        top = matrix[k]
        inverse = 1.0 / top[k]
        for i in range(k + 1, size):
            matrix[i][k] *= inverse
        for i in range(k + 1, size):
            row = matrix[i]
            factor = row[k]
            for j in range(k + 1, size):
                row[j] -= factor * top[j]
    return order


def run(n):
    for _ in range(n):
        matrix = [[((i * 7919 + j * 104729) % 1009) / 1009 + (i == j) for j in range(SIZE)] for i in range(SIZE)]
        order = factor(matrix)
        product = 1.0
        for i in range(SIZE):
            product *= abs(matrix[i][i]) ** 0.25
    return f"{product:.6e} {sum(i * at for i, at in enumerate(order))}"
