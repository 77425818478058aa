# skip: threads: a collection that another thread has begun is not waited for
# What was taken out of a dict or set is not kept alive by it.
import gc
import weakref


class Thing:
    pass


def fill_and_empty(container, put, take):
    things = [Thing() for _ in range(20)]
    for thing in things:
        put(container, thing)
    for thing in things:
        take(container, thing)
    return [weakref.ref(thing) for thing in things]


def alive(references):
    gc.collect()
    gc.collect()
    # A few may still be held by registers or by the native stack.
    return sum(reference() is not None for reference in references) > 2


kept = [{}, {}, set(), set(), {}]
ways = [
    (lambda d, x: d.__setitem__(x, 1), lambda d, x: d.__delitem__(x)),
    (lambda d, x: d.__setitem__(x, x), lambda d, x: d.pop(x)),
    (lambda s, x: s.add(x), lambda s, x: s.discard(x)),
    (lambda s, x: s.add(x), lambda s, x: s.remove(x)),
    (lambda d, x: d.setdefault(x, []), lambda d, x: d.popitem()),
]
for container, (put, take) in zip(kept, ways):
    references = fill_and_empty(container, put, take)
    print(type(container).__name__, len(container), alive(references))
