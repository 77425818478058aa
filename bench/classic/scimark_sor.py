"""Successive over-relaxation of a 100 by 100 grid: lists of lists of floats."""

N = 20
CHECK = "500454.004551"
SIZE = 100


def relax(grid, omega, times):
    quarter = omega * 0.25
    rest = 1.0 - omega
    for _ in range(times):
        for i in range(1, len(grid) - 1):
            above, row, below = grid[i - 1], grid[i], grid[i + 1]
            for j in range(1, len(row) - 1):
                row[j] = quarter * (above[j] + below[j] + row[j - 1] + row[j + 1]) + rest * row[j]


def run(n):
    for _ in range(n):
        grid = [[float((i * 31 + j * 17) % 101) for j in range(SIZE)] for i in range(SIZE)]
        relax(grid, 1.25, 10)
    return f"{sum(map(sum, grid)):.6f}"
