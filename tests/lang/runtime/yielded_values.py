# skip: threads: it collects and looks who is alive
# A suspended generator does not keep the value that it gave.
import gc
import types
import weakref


class Thing:
    pass


def plain():
    yield Thing()
    yield 1


def with_result():
    x = yield Thing()
    yield x


def delegating():
    yield from plain()


def in_loop():
    for _ in [1]:
        yield Thing()


def in_try():
    try:
        yield Thing()
    finally:
        pass


def nested():
    yield (yield Thing())


class Things:
    def __iter__(self):
        return self

    def __next__(self):
        return Thing()


def delegating_to_iterator():
    yield from Things()


def expression():
    return (Thing() for _ in range(3))


@types.coroutine
def suspend():
    yield Thing()


async def coroutine():
    await suspend()


async def asynchronous():
    yield Thing()


def first(generator):
    if hasattr(generator, "__anext__"):
        try:
            generator.__anext__().send(None)
        except StopIteration as stop:
            return stop.value
    return generator.send(None)


for make in (plain, with_result, delegating, in_loop, in_try, nested, delegating_to_iterator, expression, coroutine,
             asynchronous):
    generator = make()
    value = first(generator)
    seen = weakref.ref(value)
    del value
    gc.collect()
    print(make.__name__, seen())


def loop():
    for thing in in_loop():
        seen = weakref.ref(thing)
        del thing
        gc.collect()
        print("loop", seen())


loop()


def keeps(value=None):
    kept = [Thing()]
    yield kept[0], value
    yield kept


generator = keeps()
seen = weakref.ref(next(generator)[0])
gc.collect()
print("kept", seen() is next(generator)[0])
