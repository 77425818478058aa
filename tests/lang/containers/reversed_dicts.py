"""Iterators that go through a dict from its end, and changes meanwhile."""

for make in (reversed, lambda d: reversed(d.keys()), lambda d: reversed(d.values()), lambda d: reversed(d.items())):
    d = {f"k{i}": i for i in range(100)}
    for i in range(1, 100):
        del d[f"k{i}"]
    it = make(d)
    d.clear()
    d["k0"] = 0
    print(list(it), list(make(d)))
    d = dict.fromkeys(range(5), 1)
    it = make(d)
    print(next(it))
    d[2] = 3
    print(list(it))
    it = make(d)
    d[7] = 3
    try:
        print(next(it))
    except RuntimeError as e:
        print(e)


class C:
    pass


c = C()
c.a, c.b, c.c = 1, 2, 3
it = reversed(c.__dict__)
c.b = 5
print(list(it), list(reversed(vars(c).items())))
