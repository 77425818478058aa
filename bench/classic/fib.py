"""Calls of a small recursive function."""

N = 12
CHECK = 121393


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def run(n):
    for _ in range(n):
        result = fib(26)
    return result
