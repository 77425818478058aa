# Stores of items in compiled loops: into lists, and into what turns out not to be one.
class Odd(list):
    def __setitem__(self, index, value):
        super().__setitem__(index, ("odd", value))


class Table:
    def __init__(self):
        self.rows = {}

    def __setitem__(self, key, value):
        self.rows[key] = value


def fill(thing, n):
    for i in range(n):
        thing[i] = i * 2
    thing[-1] = "last"
    return thing


def swap(items):
    for i in range(len(items) // 2):
        items[i], items[-1 - i] = items[-1 - i], items[i]
    return items


def grid(n):
    rows = [[0.0] * n for _ in range(n)]
    for k in range(20):
        for i in range(n):
            for j in range(n):
                rows[i][j] = rows[i][j] * 0.5 + i + j
    return rows


print(fill([None] * 2000, 2000)[-3:])
print(fill(Odd([0] * 300), 300)[-2:], len(fill(Table(), 300).rows), len(fill({}, 300)))
print(fill(bytearray(100), 0) if False else swap(list(range(1001)))[:3])
print(sum(map(sum, grid(20))))
for wrong in ([0] * 5, (1, 2), "text", 5):
    try:
        fill(wrong, 10)
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error, wrong if isinstance(wrong, list) else "")
shrinking = list(range(3000))


def shrink(items):
    i = 0
    try:
        while True:
            items[i] = -1
            if i % 2:
                items.pop()
            i += 1
    except IndexError:
        return i, len(items)


print(shrink(shrinking))
young = [None] * 10


def store_young(rows, n):
    for i in range(n):
        rows[i % 10] = [i, str(i)]


import gc
for _ in range(20):
    store_young(young, 1000)
    gc.collect()
print(young[3])
