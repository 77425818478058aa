# Items by index and lengths of whatever the code has not seen before it was compiled.
class Row:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class Strange(list):
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return ("odd", index)


def corner(rows):
    total = 0
    for _ in range(400):
        for row in range(len(rows)):
            for column in range(len(rows[row])):
                total += rows[row][column]
    return total


def last(thing):
    found = None
    for _ in range(2000):
        found = thing[-1], len(thing)
    return found


print(corner([[1, 2], [3, 4]]))
print(corner([(1, 2), [3], Row([4, 5]), {0: 6}, b"\x07", bytearray(b"\x08"), range(9, 10)]))
print(corner({0: [1], 1: (2,)}))
for thing in ([1], (2, 3), "abc", b"d", bytearray(b"ef"), Row([7]), Strange(), {-1: 8}, range(9), memoryview(b"xyz")):
    print(last(thing))
for wrong in ([], (), 5, None):
    try:
        last(wrong)
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
