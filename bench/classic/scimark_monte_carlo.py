"""The area of a quarter circle by chance, with a lagged Fibonacci generator written in Python."""

N = 5
CHECK = "3.138200"
SAMPLES = 100000
MODULUS = (1 << 31) - 1


class Fibonacci:
    """Numbers of [0, 1): each is the difference of the ones 17 and 5 before it."""

    def __init__(self, seed):
        self.table = []
        value = seed | 1
        for _ in range(17):
            value = value * 9069 % MODULUS
            self.table.append(value)
        self.i = 4
        self.j = 16

    def next(self):
        table = self.table
        value = table[self.i] - table[self.j]
        if value < 0:
            value += MODULUS
        table[self.j] = value
        self.i = self.i - 1 if self.i else 16
        self.j = self.j - 1 if self.j else 16
        return value / MODULUS


def area(samples):
    chance = Fibonacci(113)
    inside = 0
    for _ in range(samples):
        x = chance.next()
        y = chance.next()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / samples


def run(n):
    for _ in range(n):
        result = area(SAMPLES)
    return f"{result:.6f}"
