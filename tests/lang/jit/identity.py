# skip: threads: where machine code is left, floats that do not fit into a word become new objects, and with threads that may be anywhere
# A float that machine code keeps as a double is the same object as itself.
def alone(value, n):
    x = value
    count = 0
    for i in range(n):
        if x is x:
            count += 1
        y = x
        if y is not x:
            count += 1000
        count += (x is y) * 10 + (y is value) * 100 + (x is not i) * 7
        if x is None or x is i:
            count += 5
    return count


def made(value, n):
    count = 0
    x = 1.0
    for i in range(n):
        x = value * 1.0
        y = x
        count += (y is x) + (x is y) * 10 + (x is not i) * 100
    return count


def same(x, y):
    return x is y


def inlined(value, n):
    count = 0
    for i in range(n):
        x = value * 1.0
        count += same(x, x) + same(x, i) * 10 + same(i, x) * 10
    return count


for value in (1.5, 1e-300, float("nan"), float("inf"), 0.0, -0.0, 1e300):
    for _ in range(4):
        results = alone(value, 300), made(value, 300), inlined(value, 300)
    print(value, results)


def holds(x, scale):
    """Uses x as a number and as an element."""
    y = x * scale
    row = [x, y]
    return x in row, row.index(x), [x] == row[:1], {x: 1}.get(x), y == y


nan, other = float("nan"), float("nan")
for _ in range(300):
    holds(1.5, 2.0)
for x in (0.5, 1e300, nan, float("inf")):
    print(holds(x, 1.0))
for _ in range(300):
    found = holds(nan, 1.0)
print(found, nan in [other], nan is other)
