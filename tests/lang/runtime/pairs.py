"""Loops over pairs: of a dict, numbered, of two iterables; what ends them, and classes of one's own."""


def loop(iterator):
    got = []
    try:
        for a, b in iterator:
            got.append((a, b))
    except Exception as e:
        got.append((type(e).__name__, str(e)))
    return got


def kept(iterator):
    for pair in iterator:
        a, b = pair
        pair = None
    try:
        return a, b, pair
    except UnboundLocalError as e:
        return str(e)


def stop():
    raise StopIteration(7)


def broken():
    yield 1
    raise KeyError("no")


class Numbered(enumerate):
    def __next__(self):
        i, x = super().__next__()
        return i * 10, x


class Zipped(zip):
    pass


for _ in range(3):
    print(loop(enumerate("ab")), loop(enumerate("ab", 2**62)), loop(enumerate([], 5)))
    print(loop(zip("ab", "xyz")), loop(zip("ab")), loop(zip("ab", "xy", "uv")), loop(zip()))
    print(loop(zip("ab", "xyz", strict=True)), loop(zip("ab", "xy", strict=True)))
    print(loop({1: 2, 3: 4}.items()), loop({"ab": 1, "cd": 2}), loop({1: "ab"}.values()))
    print(loop(reversed({1: 2, 3: 4}.items())), loop(Numbered("ab")), loop(Zipped("ab", "xy")))
    print(loop(enumerate(broken())), loop(zip(broken(), broken())), loop(zip([1, 2], broken())))
    print(loop(enumerate(iter(stop, 0))), loop(zip(iter(stop, 0), [1])), loop(map(lambda x: (x, x), [1])))
    print(kept(enumerate("ab")), kept(zip([], [])), kept({1: 2}.items()))

d = {i: i for i in range(4)}
try:
    for k, v in d.items():
        d[k + 10] = v
except RuntimeError as e:
    print(e)

rest = iter("abcdef")
print([(i, a) for i, a in enumerate(rest) if i < 2], list(rest))
pairs = zip(range(3), range(5, 9))
for a, b in pairs:
    break
print(a, b, next(pairs), list(pairs))


def shared(n):
    e = enumerate(range(n))
    total = 0
    for i, x in e:
        total += i * x
        if i % 3 == 0:
            next(e, None)
    return total


print(shared(30))
