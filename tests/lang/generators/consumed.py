# Functions that take all a generator gives: where it stops, what it raises, what it sees of itself.
import sys


def numbers(n, end=None):
    try:
        for i in range(n):
            yield i
        if end is not None:
            raise end
    finally:
        print("closed", n)
    return "result"


print(sum(numbers(5)), list(numbers(3)), tuple(numbers(3)), max(numbers(4)), min(numbers(4)))
print(any(x > 2 for x in range(10)), all(x < 2 for x in range(10)), any(numbers(1)), all(numbers(0)))
for function in sum, list, tuple, set, max, sorted:
    g = numbers(2, KeyError("inside"))
    try:
        print(function.__name__, function(g))
    except KeyError as e:
        print(function.__name__, e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
    print(g.gi_running, g.gi_frame is None, next(g, "end"))

# What is left of a generator that was not taken to its end.
g = (x for x in range(6))
print(any(x == 2 for x in g), next(g), list(g))
g = iter([0, 0, 3, 4])
print(any(x for x in g), next(g))


def own():
    """Asks for itself while it is consumed."""
    yield 1
    try:
        next(me)
    except ValueError as e:
        yield str(e)
    yield me.gi_running, sys._getframe().f_code.co_name


me = own()
print(list(me))


def inner(n):
    yield from (sum(i for i in range(k)) for k in range(n))


print(list(inner(5)), sum(inner(5)), [list(inner(n)) for n in range(3)])
print(list(map(lambda g: sum(g), ((x for x in range(n)) for n in range(5)))))


class Odd:
    def __init__(self, n):
        self.n = n

    def __radd__(self, other):
        return other + self.n

    def __bool__(self):
        print("truth of", self.n)
        return self.n > 1

    def __lt__(self, other):
        return self.n < (other if isinstance(other, int) else other.n)

    def __gt__(self, other):
        return self.n > (other if isinstance(other, int) else other.n)


print(sum(Odd(i) if i % 2 else i for i in range(6)), sum(x / 2 for x in range(5)), sum([[1], [2]], []))
print(any(Odd(i) for i in range(4)), all(Odd(3 - i) for i in range(4)))
print(max(Odd(i) if i % 2 else i for i in range(4)).n, min((-i for i in range(4)), key=abs), max((), default=7))
print(sum(2**62 for _ in range(4)), sum(True for _ in range(3)), sum((1j for _ in range(2)), 1.5))


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(200)), len(list(deep(100))), ",".join(str(x) for x in deep(5)))


def handled():
    try:
        1 / 0
    except ZeroDivisionError:
        for i in range(3):
            yield sys.exception() is not None
    yield sys.exception() is None


try:
    raise KeyError
except KeyError:
    print(list(handled()), type(sys.exception()).__name__)

events = []
sys.setprofile(lambda frame, event, arg: events.append((event, arg)) if frame.f_code.co_name == "few" else None)


def few():
    yield 1
    yield 2


taken = list(few())
sys.setprofile(None)
print(taken, events)
