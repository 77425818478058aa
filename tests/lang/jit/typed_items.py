# Items of arrays in compiled loops: every type code, edges of their ranges, what does not fit, and arrays that change meanwhile.
from array import array


def total(items, n):
    result = 0
    for i in range(n):
        result += items[i] + items[-1 - i] + items[0]
    return result


def fill(items, value, n):
    for i in range(n):
        items[i] = value
        items[-1] = value
    return items


for code in "bBhHiIlLqQfd":
    items = array(code, range(100))
    print(code, [total(items, 100) for _ in range(3)][-1], fill(items, 7, 100).tolist()[-2:])
    edges = []
    for value in (127, -128, 255, 32768, -1, 65535, 1 << 31, -(1 << 31), (1 << 62), -(1 << 63), (1 << 64) - 1, 1.5, 1e300, "x", True):
        try:
            edges.append(fill(items, value, 100)[0])
        except (OverflowError, TypeError) as error:
            edges.append(type(error).__name__)
    print(edges)


def scan(items, n):
    seen = []
    try:
        for i in range(n):
            seen.append(items[i])
            if i == 50:
                items.pop()
    except IndexError as error:
        return len(seen), str(error)
    return len(seen), None


print([scan(array("d", range(100)), 100) for _ in range(40)][-1])
print([scan(array("q", [1 << 62, -(1 << 63)] * 50), 90) for _ in range(40)][-1])


class Odd(array):
    def __getitem__(self, index):
        return index * 2

    def __setitem__(self, index, value):
        super().__setitem__(index, value + 1)


print(total(array("i", range(100)), 100), total(Odd("i", range(100)), 100), total(list(range(100)), 100))
print(fill(array("i", range(100)), 5, 100)[3], array("i", fill(Odd("i", range(100)), 5, 100)).tolist()[3])
print(total(memoryview(array("d", range(100))), 100), total(bytes(range(100)), 100))
