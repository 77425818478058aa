"""Coroutines that await coroutines, driven by hand: no event loop."""

N = 8
CHECK = 75025


async def fib(n):
    if n <= 1:
        return n
    return await fib(n - 1) + await fib(n - 2)


def drive(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def run(n):
    for _ in range(n):
        result = drive(fib(25))
    return result
