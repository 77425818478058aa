# skip: threads, stress: it raises the recursion limit of all; it takes its time
# Endless recursion ends in an exception whatever the limit says, and legal recursion goes deep.
import sys

sys.setrecursionlimit(2_000_000)


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


print(down(500_000))


def build(n):
    return None if n == 0 else [build(n - 1)]


depth, nested = 0, build(100_000)
while nested is not None:
    depth, nested = depth + 1, nested[0]
print(depth)

if sys.implementation.name == "cpython":
    # It goes on until memory is full.
    print("RecursionError")
else:
    sys.setrecursionlimit(10**9)

    def endless(n):
        return endless(n + 1)

    try:
        endless(0)
    except RecursionError as e:
        print(type(e).__name__)
