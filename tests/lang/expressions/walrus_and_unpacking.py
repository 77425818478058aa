if (n := 10) > 5:
    print("n", n)
print([y := 1, y ** 2, y + 1], y)
print([last := i for i in range(4)], last)
data = iter("abcde")
while (c := next(data, None)) != "d":
    print(c, end=" ")
print()
a, *b, c = range(5)
print(a, b, c)
*a, b = "xyz"
print(a, b)
(a, (b, *c)), d = (1, (2, 3, 4)), 5
print(a, b, c, d)
a = b = c = []
print(a is b is c)
print([*range(3), *"ab"], (*[1], 2), {*[1, 1, 2]}, {**{"a": 1}, "b": 2, **{"a": 3}})
def f(*args, **kwargs):
    return args, kwargs
print(f(*[1, 2], 3, *(), k=1, **{"z": 2}))
first, *rest = {"k": 1, "l": 2}.items()
print(first, rest)
i = 0
i, x = 1, [0, 0, 0]
i, x[i] = 2, 9
print(i, x)
a, b = 1, 2
a, b = b, a
print(a, b)
for bad in ("a, b = 1,", "a, b = 1, 2, 3", "a, *b, c = [1]", "a, b = 5", "[x, y] = 'a'"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
