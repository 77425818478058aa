# Generators that compiled code and native functions resume, item by item.
def counting(n):
    i = 0
    while i < n:
        yield i
        i += 1


def halves(items):
    total = 0.0
    for x in items:
        total += x / 2
        sent = yield total
        if sent is not None:
            total = sent


def nested(n):
    for i in counting(n):
        for j in halves(range(i)):
            yield i, j


def guarded(n):
    try:
        for i in range(n):
            try:
                yield 10 // (i % 5)
            except ZeroDivisionError:
                yield "inner"
            except ValueError as error:
                yield str(error)
    finally:
        log.append("closed")


def uses(n):
    found = 0
    for i in counting(n):
        found += i
    for i, j in nested(n // 100):
        found += i * j
    return found


log = []
print(uses(1000), uses(2000), uses(2000))
for _ in range(5):
    print(list(guarded(7)))
thing = guarded(100)
for _ in range(50):
    next(thing)
print(thing.throw(ValueError("thrown")), next(thing))
thing.close()
print(log)
other = halves([1, 2, 3] * 500)
seen = [next(other)]
for i in range(1000):
    seen.append(other.send(i if i % 3 == 0 else None))
print(seen[-5:], sum(seen))
mixed = [x for x in counting(3000) if x % 7 == 0]
print(len(mixed), max(counting(3000)), sorted(counting(5), reverse=True))


def gather(n):
    return [i * 2 for i in counting(n)], {i: j for i, j in zip(counting(n), counting(n + 5))}


for _ in range(30):
    found = gather(50)
print(found[0][-1], len(found[1]))


def permutations(items):
    if len(items) <= 1:
        yield tuple(items)
        return
    for i in range(len(items)):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (items[i],) + rest


print(sum(1 for _ in permutations(list(range(6)))), len(set(permutations("abcde"))))


def delegating(n):
    got = yield from counting(n)
    yield got
    yield from halves([1, 2])


print([x for _ in range(40) for x in delegating(3)][-6:])


def frames(n):
    for i in range(n):
        thing = yield i
        log.append(thing)


import sys
thing = frames(100)
for i in range(60):
    next(thing)
print(thing.gi_frame.f_locals["i"], thing.gi_frame.f_lineno, thing.gi_suspended)
