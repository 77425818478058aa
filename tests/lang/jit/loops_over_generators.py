# Loops in machine code resume generators themselves, whatever else is done to those meanwhile.
import gc
import sys
import weakref


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "end"


def total(numbers):
    s = 0
    for x in numbers:
        s += x
    return s


for _ in range(40):
    assert total(count(100)) == 4950


# Others resume it between.
def mixed(n):
    g = count(n)
    seen = []
    for x in g:
        seen.append(x)
        if x % 3 == 0:
            seen.append(next(g, None))
        if x % 5 == 0:
            try:
                seen.append(g.send("sent"))
            except StopIteration as stop:
                seen.append(stop.value)
        if x == 40:
            seen.append(g.gi_frame.f_locals["i"])
    return sum(x for x in seen if isinstance(x, int)), seen[-3:]


for _ in range(30):
    result = mixed(100)
print(result)


# What is sent is not what the loop gives.
def echo(n):
    got = []
    for i in range(n):
        got.append((yield i))
    print(got)


def talk(n):
    g = echo(n)
    for x in g:
        if x == n - 3:
            g.send("told")


for n in (4, 8, 4):
    talk(n)


# It ends by an exception, is closed, or throws.
def failing(n):
    for i in range(n):
        if i == n - 1:
            raise ValueError(i)
        yield i


def guarded(n, log):
    try:
        for i in range(n):
            yield i
    except KeyError as error:
        log.append(repr(error))
        yield "handled"
    finally:
        log.append("cleaned")


def consume(n):
    log, s = [], 0
    try:
        for x in failing(n):
            s += x
    except ValueError as error:
        log.append((s, error.args, error.__traceback__.tb_next.tb_frame.f_code.co_name))
    g = guarded(n, log)
    for x in g:
        if x == n - 2:
            log.append(g.throw(KeyError("k")))
        if x == "handled":
            break
    g.close()
    g = guarded(n, log)
    for x in g:
        if x == 3:
            g.close()
    g = guarded(n, log)
    for x in g:
        if x == 2:
            break
    g.close()
    return log


for _ in range(30):
    result = consume(12)
print(result)


# It handles an exception while it is suspended; so does the loop.
def handling(n):
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError:
            yield sys.exception().args[0]
        yield sys.exception()


def loop_handling(n):
    seen = []
    try:
        raise KeyError("outer")
    except KeyError:
        for x in handling(n):
            seen.append((x if isinstance(x, int) else repr(x), repr(sys.exception())))
    return seen


for _ in range(30):
    result = loop_handling(3)
print(result)


# It asks for itself.
def reentrant(box):
    yield 1
    for x in box[0]:
        yield x


def reenter():
    box = []
    box.append(reentrant(box))
    for x in box[0]:
        pass


for _ in range(30):
    try:
        reenter()
    except ValueError as error:
        text = str(error)
print(text)


# One generator in another, recursion to the limit.
def nested(n):
    if n:
        for x in nested(n - 1):
            yield x + 1
    yield 0


for _ in range(30):
    result = total(nested(30))
print(result)
try:
    total(nested(100_000))
except RecursionError as error:
    print(error)
print(total(nested(50)))


# What it holds is found by the collector, and dies with it.
class Thing:
    pass


def holding(n):
    things = []
    for i in range(n):
        thing = Thing()
        things.append(thing)
        yield weakref.ref(thing)


def hold(n):
    refs = []
    alive = 0
    for ref in holding(n):
        refs.append(ref)
        if len(refs) % 10 == 0:
            gc.collect()
            alive += sum(r() is not None for r in refs)
    return alive, refs


for _ in range(5):
    alive, refs = hold(40)
gc.collect()
print(alive, sum(ref() is not None for ref in refs))


# It is traced from its middle on.
def traced(n):
    lines = []

    def trace(frame, event, arg):
        if frame.f_code is count.__code__:
            lines.append((event, frame.f_lineno - count.__code__.co_firstlineno, arg))
        return trace

    s = 0
    for x in count(n):
        s += x
        if x == n - 3:
            sys.settrace(trace)
    sys.settrace(None)
    return s, lines


for n in (50, 50, 6):
    result = traced(n)
print(result)


# Its registers are written to from outside.
def poke(n):
    g = count(n)
    s = 0
    for x in g:
        s += x
        if x == 5:
            g.gi_frame.f_locals["i"] = n - 3
    return s


for _ in range(30):
    result = poke(50)
print(result)
