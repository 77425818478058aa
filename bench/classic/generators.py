"""Generators that delegate to generators: a binary tree walked in order through `yield from`."""

N = 2
CHECK = 5000050000
SIZE = 100000


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.value
        if self.right is not None:
            yield from self.right


def balanced(low, high):
    if low > high:
        return None
    middle = (low + high) // 2
    return Tree(balanced(low, middle - 1), middle, balanced(middle + 1, high))


def run(n):
    for _ in range(n):
        result = sum(balanced(1, SIZE))
    return result
