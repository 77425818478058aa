def show(name, value):
    print(name, end=" ")
    return value


print(show("a", 0) or show("b", "") or show("c", []))
print(show("a", 1) and show("b", "x") and show("c", 0) and show("d", 1))
print(not [], not [0], not "", not 0.0, not None, not ...)
print(1 if show("cond", False) else 2, (1 if True else 2) if False else 3)


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        return self.value


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


print(bool(Truth(True)), bool(Truth(False)), bool(Sized(0)), bool(Sized(2)))
for bad in (Truth(1), Sized(-1)):
    try:
        bool(bad)
    except Exception as error:
        print(type(error).__name__, error)
print(None is None, None == 0, ... is Ellipsis, NotImplemented is NotImplemented)
print(1 in [1, 2], 3 not in (1, 2), "b" in "abc", 2 in {1: 2}, 1 in range(5))
print([] is [], () is (), "a" "b" == "ab")
