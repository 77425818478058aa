# StopIteration of a function that a native iterator calls is the iterator's end.
def stop(*a): raise StopIteration(7)
class It:
    def __iter__(self): return self
    def __next__(self): raise StopIteration(3)
import itertools
def gen(mk):
    r = yield from mk()
    return r
def drive(mk):
    g = gen(mk)
    try:
        out=[]
        while True: out.append(next(g))
    except StopIteration as e: return out, e.value
    except Exception as e: return type(e).__name__, str(e)
its = [lambda: map(next, [iter([1]), iter([])]), lambda: map(stop,[1]), lambda: filter(stop,[1]), lambda: It(), lambda: itertools.starmap(stop,[(1,)]), lambda: itertools.takewhile(stop,[1]), lambda: iter(stop, 4), lambda: itertools.accumulate([1,2],stop), lambda: zip([1,2], It()), lambda: itertools.chain([1], It()), lambda: enumerate(It()), lambda: map(next, [iter([1]), iter([2]), It()])]
for n, mk in enumerate(its):
    a = drive(mk)
    try: b = list(mk())
    except Exception as e: b = (type(e).__name__, str(e))
    c = []
    try:
        for x in mk(): c.append(x)
    except Exception as e: c.append((type(e).__name__, str(e)))
    try: d = [x for x in mk()]
    except Exception as e: d = (type(e).__name__, str(e))
    def g2():
        for x in mk(): yield x
    try: e_ = list(g2())
    except Exception as e: e_ = (type(e).__name__, str(e))
    print(n, a, b, c, d, e_)


import collections
import functools


def ends():
    return map(next, [iter([1]), iter([])])


def unpack():
    a, b = ends()


def star():
    a, *b = ends()
    return a, b


def extend():
    items = [0]
    items.extend(ends())
    return items


def show(f):
    try:
        return f()
    except Exception as e:
        return type(e).__name__, str(e)


for f in (
    lambda: any(map(next, [iter([0]), iter([])])),
    lambda: ",".join(map(next, [iter("a"), iter("")])),
    lambda: dict(map(next, [iter([(1, 2)]), iter([])])),
    unpack,
    star,
    lambda: (lambda *a: a)(*ends()),
    lambda: list(zip(ends(), [1, 2, 3])),
    lambda: min(ends()),
    lambda: functools.reduce(lambda a, b: a + b, ends()),
    extend,
    lambda: set(ends()),
    lambda: 5 in ends(),
    lambda: sum(ends()),
    lambda: collections.deque(ends()),
    lambda: bytes(ends()),
    lambda: list(itertools.islice(ends(), 5)),
    lambda: next(map(next, [iter([])]), "default"),
    lambda: list(itertools.groupby([1, 2], lambda x: next(iter([])))),
    lambda: collections.Counter(ends()),
    lambda: sorted(ends(), key=lambda x: next(iter([]))),
):
    print(show(f))
