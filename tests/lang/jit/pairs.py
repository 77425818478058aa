"""Loops over two variables take the parts of an item without a tuple; what else the iterator gives is unpacked as ever."""

import sys


def total(pairs):
    first = second = 0
    for a, b in pairs:
        first += a
        second += b
    return first, second


class Both:
    """A sequence of two by index."""

    def __init__(self, a, b):
        self.row = a, b

    def __getitem__(self, i):
        return self.row[i]


def made(kind, n):
    if kind == "zip":
        return zip(range(n), range(n, 2 * n))
    if kind == "enumerate":
        return enumerate(range(n), 5)
    if kind == "items":
        return {i: -i for i in range(n)}.items()
    if kind == "reversed items":
        return reversed({i: -i for i in range(n)}.items())
    if kind == "generator":
        return ((i, i * i) for i in range(n))
    if kind == "lists":
        return [[i, i + 1] for i in range(n)]
    if kind == "strict":
        return zip(range(n), range(n), strict=True)
    return (Both(i, 2) for i in range(n))


def each():
    for kind in ("zip", "enumerate", "items", "reversed items", "generator", "lists", "strict", "objects"):
        print(kind, [total(made(kind, n)) for n in (0, 1, 300)])


def wrong(pairs):
    seen = 0
    try:
        for a, b in pairs:
            seen += 1
    except (ValueError, TypeError, RuntimeError) as error:
        return seen, type(error).__name__, str(error)
    return seen


def mistakes():
    print(wrong(zip(range(3), range(3), range(3))))
    print(wrong(zip(range(3))))
    print(wrong(zip(range(300), range(299), strict=True)))
    print(wrong([(1, 2)] * 200 + [(1, 2, 3)]))
    print(wrong([(1, 2)] * 200 + [7]))
    table = {i: i for i in range(300)}

    def grown():
        for key, value in table.items():
            yield key, value
            if key == 250:
                table["more"] = 1

    print(wrong(grown()))
    table = {i: i for i in range(300)}
    print(wrong(changed(table)))

    def failing():
        for i in range(250):
            yield i
        raise ValueError("at the end")

    print(wrong(zip(failing(), range(1000))))
    print(wrong(enumerate(failing())))


def changed(table):
    count = 0
    for key, value in table.items():
        count += 1
        if count == 200:
            del table[0]
    return [(count, count)]


def nested(n):
    found = []
    for i, (a, b) in enumerate(zip(range(n), "abc" * n)):
        for x, y in zip((a, i), (b, "z")):
            if y == "c":
                continue
            if x > 60:
                break
            found.append((x, y))
        else:
            found.append(i)
    return len(found), found[-3:]


def same_names():
    row = None
    for row in zip(range(300), range(300)):
        a, b = row
    for a, a in zip(range(300), range(7, 400)):
        pass
    return row, a, b


def caught():
    """A loop in an except block and with its variables in cells."""
    kept = []
    try:
        raise KeyError(1)
    except KeyError:
        for a, b in enumerate("xyz" * 100):
            kept.append(lambda: (a, b))
    return kept[0](), kept[-1]()


def traced():
    lines = []

    def watch(frame, event, argument):
        if frame.f_code.co_name == "stepping":
            lines.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
            return watch

    def stepping(n, at):
        for a, b in zip(range(n), range(n)):
            if a == at:
                sys.settrace(watch)
                sys._getframe().f_trace = watch
            if a == at + 2:
                sys.settrace(None)
        return a, b

    stepping(500, -9)
    print(stepping(300, 200), sorted(set(lines)))


def written():
    """Variables that are written from outside while the loop runs."""

    def peek(at):
        sys._getframe(1).f_locals["b"] = at

    result = []
    for a, b in zip(range(300), range(300)):
        if a in (100, 299):
            peek(a * 2)
            result.append((a, b))
    return result


each()
try:
    mistakes()
except RuntimeError as error:
    print("RuntimeError", error)
print(nested(50), nested(90))
print(same_names())
print(caught())
traced()
print(written())
