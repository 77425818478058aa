# skip: stress: makes millions of objects
# Native objects that call or iterate one another, nested deeper than any stack: an exception, never a fault.
import sys
from functools import partial
from itertools import chain, islice, starmap, takewhile

sys.setrecursionlimit(10**9)


def nested(wrap, innermost, depth=200_000):
    for _ in range(depth):
        innermost = wrap(innermost)
    return innermost


def attempt(name, f):
    try:
        f()
    except RecursionError:
        print(name, "RecursionError")
    else:
        print(name, "done")


attempt("map", lambda: next(nested(lambda it: map(int, it), iter([1]))))
attempt("filter", lambda: next(nested(lambda it: filter(None, it), iter([1]))))
attempt("zip", lambda: next(nested(zip, iter([1]))))
attempt("enumerate", lambda: next(nested(enumerate, iter([1]))))
attempt("chain", lambda: next(nested(chain, iter([1]))))
attempt("islice", lambda: next(nested(lambda it: islice(it, 5), iter([1]))))
attempt("takewhile", lambda: next(nested(lambda it: takewhile(bool, it), iter([1]))))
attempt("starmap", lambda: next(nested(lambda it: starmap(lambda *a: (1,), it), iter([(1,)]))))
try:
    # Whether that is too deep depends on the size of the stack.
    assert nested(staticmethod, len)([]) == 0
except RecursionError:
    pass
print("staticmethod ended")
endless = partial(int)
endless.__setstate__((endless, (), {}, {}))
attempt("partial", endless)
