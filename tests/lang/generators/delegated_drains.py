"""Generators that delegate to generators, exhausted by native functions: values go straight to who takes them."""
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def balanced(low, high):
    if low > high:
        return None
    middle = (low + high) // 2
    return Tree(balanced(low, middle - 1), middle, balanced(middle + 1, high))


tree = balanced(1, 200)
print(sum(tree), len(list(tree)), max(tree), sorted(tree)[:3], tuple(tree)[-1], set(tree) == set(range(1, 201)))
print(any(x > 50 for x in tree), all(x < 50 for x in tree), 150 in iter(tree), ",".join(str(x) for x in balanced(1, 5)))


def inner(n):
    for i in range(n):
        got = yield i
        if got is not None:
            print("got", got)
    return "inner done"


def middle(n):
    result = yield from inner(n)
    yield result
    return "middle done"


def outer(n):
    result = yield from middle(n)
    yield result


print(list(outer(3)))
it = iter(outer(6))
print(next(it), 2 in it, next(it), it.gi_yieldfrom.gi_yieldfrom.gi_code.co_name, it.gi_running)


def failing(n):
    for i in range(n):
        yield i
    raise ValueError("in the innermost")


def passing(n):
    try:
        yield from failing(n)
    except ValueError as error:
        yield str(error)
    finally:
        yield "finally"


def through(n):
    yield from passing(n)
    1 / 0


try:
    list(through(2))
except ZeroDivisionError as error:
    tb, lines = error.__traceback__, []
    while tb:
        lines.append(tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    print(lines)


def depth():
    count, frame = 0, sys._getframe()
    while frame:
        count, frame = count + 1, frame.f_back
    return count


def looks(n):
    for _ in range(n):
        yield depth()


def through_looks(n):
    yield from looks(n)


print(len(set(through_looks(5))), list(through_looks(3))[0] - depth())


def mixed(n):
    for i in (yield from inner(n)):
        yield i


print(list(mixed(2)))


async def coroutine():
    return 5


def old():
    yield from iter([1, 2])
    yield from (3, 4)
    yield from {5: 6}
    yield from inner(2)


print(list(old()), sum(old()))


def deep(n):
    if n:
        yield n
        yield from deep(n - 1)


print(sum(deep(150)), list(deep(3)))
