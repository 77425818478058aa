# What generated calls found: numbers with behaviour of their own, exhausted iterators, sets of items.
class Index(int):
    def __lt__(self, other):
        raise TypeError("not asked")

    def __add__(self, other):
        return "added"


def attempt(function, *args):
    try:
        print(function(*args))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: range(5)[Index(-7) : 1])
attempt(lambda: range(5)[Index(3)])
attempt(slice(Index(-7), Index(2), Index(1)).indices, 4)

items = {1: [], 2: 3}.items()
attempt(lambda: items ^ {1: [], 2: 3}.items())
attempt(lambda: items ^ {1: [], 2: 4}.items() == {(2, 3), (2, 4)})
attempt(lambda: items ^ {1: [1], 2: 4}.items())
attempt(lambda: items ^ [1])

inf = float("inf")
for base, power in (
    (0.5j, complex(inf, 1)),
    (2, complex(inf, 1)),
    (0.5j, complex(0, inf)),
    (0.5j, complex(float("nan"), 0)),
    (complex(inf, 0), complex(1, 1)),
    (complex(inf, 0), 2),
):
    attempt(pow, base, power)

alias = iter(list[int])
print(type(alias).__name__, alias.__reduce__(), next(alias), next(alias, None), alias.__reduce__()[1])

for state in -129, -1, 0, 2, 7:
    for values in [1, 2, 3], (1, 2, 3):
        iterator = iter(values)
        iterator.__setstate__(state)
        print(state, iterator.__length_hint__(), iterator.__reduce__()[1:], list(iterator))

attempt(str, memoryview(b"abcdef")[::-1], "ascii")
attempt(bytes.translate, b"a")
attempt(lambda: int(a=1, b=2, c=3))
print(bytearray().__reduce_ex__(4), bytearray(b"a").__reduce_ex__(4))


class Iterates:
    def __init__(self, value):
        self.value = value

    def __iter__(self):
        return self.value


class Never:
    __iter__ = None


for value in Iterates(3), Never(), 3, Iterates(iter([1, 2])):
    array = bytearray(b"ab")
    attempt(array.extend, value)
    print(array)

# Views that are no plain run of bytes, or no more.
backwards = memoryview(bytearray(b"abcdefgh"))[::-1]
released = memoryview(b"x")
released.release()
attempt(int.from_bytes, backwards, "little")
attempt(int, released)
attempt(bytearray(b"abc").extend, released)
attempt(bytearray(b"abc").extend, backwards)
attempt(memoryview(bytes(12)).cast("B", (3, 4)).index, 256)
attempt(memoryview(b"x").cast("B", ()).index, 120)

# What is missing is told before what is too much.
attempt(lambda: int.from_bytes(zz=1))
attempt(lambda: compile("a", "b", source=1))
attempt(lambda: compile("a", zz=1))
attempt(lambda: pow(1, base=2))
attempt(lambda: pow(1, 2, base=2))
attempt(lambda: "a".replace(zz=1))
attempt(lambda: "a".replace("b", "c", zz=1))
attempt(lambda: memoryview(b"").__exit__(1, 2, zz=1))

error = OSError()
attempt(error.__init__, OSError(2, "a"))
print(error.args, frozenset() is frozenset(), frozenset(frozenset()) == frozenset())


def gives():
    yield 1
    return "done"


pairs = zip(gives(), (2,), strict=True)
next(pairs)
try:
    next(pairs)
except StopIteration as end:
    print(end.value)
