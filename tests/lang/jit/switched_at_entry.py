# Tracing ends at the first instruction of a function that has been compiled: its result is not its caller's.
import sys


def inner(x):
    return x + 1


def switch_off(frame, event, arg):
    sys.settrace(None)


def outer(x):
    sys.settrace(switch_off)
    found = inner(x)
    return "outer", found


def total(n):
    found = 0
    for i in range(n):
        found += inner(i)
    return found


print(total(3000))
print({outer(i) for i in range(100)} == {("outer", i + 1) for i in range(100)})


class Item:
    def __init__(self, value):
        self.value = value

    def twice(self):
        return self.value * 2


def mixed(items):
    found = []
    for item in items:
        found.append(item.twice())
    return found


# Kinds that change after they were recorded.
print(mixed([Item(i) for i in range(2000)])[-1])
print(mixed([Item(x) for x in (1, 2.5, "ab", [1], 10**30, True, (1,), 1e300)] * 30)[-8:])
