# skip: threads: it changes the recursion limit
import sys


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


def endless(n):
    return endless(n + 1)


for i in range(3):
    try:
        endless(0)
    except RecursionError as e:
        print(e)


class R:
    def __repr__(self):
        return repr(self)

    def __eq__(self, o):
        return self == o

    def __getattr__(self, name):
        return getattr(self, name + "x")


for bad in (lambda: repr(R()), lambda: R() == 1, lambda: R().y, lambda: sorted([R(), R()], key=lambda r: endless(0))):
    def deep(n):
        x = []
        for _ in range(n):
            x = [x]
        return x
    try:
        print(bad())
    except RecursionError as e:
        print(type(e).__name__)
sys.setrecursionlimit(100000)
print(down(50000))
sys.setrecursionlimit(1000)
try:
    down(5000)
except RecursionError:
    print("limited again")


def generator(n):
    if n:
        yield from generator(n - 1)
    yield n


print(sum(generator(200)))
try:
    sys.setrecursionlimit(0)
except ValueError as e:
    print(e)
try:
    print(len(repr(deep(100))))
    repr(deep(100000))
except RecursionError as e:
    print(type(e).__name__)
