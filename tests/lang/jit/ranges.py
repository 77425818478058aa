"""Loops over ranges whose numbers machine code keeps in registers: leaving, raising and yielding in the middle."""

N = 4000


def leave(n):
    out = []
    for i in range(n):
        if i % 1000 == 999:
            try:
                raise ValueError(i)
            except ValueError as error:
                out.append(error.args[0])
        if i == n - 5:
            break
    else:
        out.append("else")
    return out, i


print(leave(N))


def nested(n):
    total = 0
    for i in range(n):
        for j in range(i, i + 3):
            if j == 7:
                continue
            total += i * j
    else:
        total += 1
    return total, i, j


print(nested(N))


def late(n):
    total = 0
    for i in range(n):
        if i < n - 10:
            total += i
        else:
            total = total + 0.5
    return total


print(late(N))


def numbers(n):
    for i in range(n):
        got = yield i
        if got:
            return got


def sums(n):
    g = numbers(n)
    return sum(g), sum(numbers(10))


print(sums(N))


def inside(n):
    total = 0
    for i in range(3):
        for x in numbers(n):
            total += x
            if x > 50 * i:
                break
    return total


print(inside(N))


def shared(n):
    it = iter(range(n))
    out = 0
    for a in it:
        out += a - next(it)
    return out


print(shared(N))


class Own:
    def __init__(self, it):
        self.it = it

    def __iter__(self):
        return self.it


def own(n):
    it = iter(range(n))
    total = 0
    for a in Own(it):
        total += next(it, 0) - a
    return total


print(own(N))


def steps(n):
    total = 0
    for i in range(0, n, 3):
        total += i
    for i in range(n, 0, -1):
        total -= i
    for i in range(n, 0):
        total += 10**9
    return total, i


print(steps(N))


def big(n):
    total = 0
    for i in range(2**70, 2**70 + n):
        total += i - 2**70
    for i in range(2**61, 2**61 + n):
        total += i - 2**61
    return total


print(big(N))


def changing(kinds):
    total = 0
    for values in kinds:
        for x in values:
            total += x
    return total


print(changing([range(N), range(5), [1, 2, 3], range(0, 10, 2), (4, 5), range(3)] * 50))


def comprehensions(n):
    return [sum([i * j for j in range(5)]) for i in range(n)][-1], {i: i for i in range(n)}[3], len({i for i in range(n)})


print(comprehensions(N))


def caught(n):
    total = 0
    for i in range(n):
        try:
            total += 10 // (i % 7)
        except ZeroDivisionError:
            total += 100
        finally:
            total += 1
    return total


print(caught(N))


def lookup(n):
    d = {i: i for i in range(0, n, 2)}
    missing = 0
    for i in range(n):
        try:
            d[i]
        except KeyError as error:
            missing += error.args[0]
    return missing


print(lookup(N))


def inner_loops(rows):
    total = 0
    for n in rows:
        for i in range(n):
            total += i
        for i in range(2, n + 1):
            for j in range(i):
                total -= 1
                if j > 3:
                    break
    return total


print(inner_loops([3, 0, 5, 1, 7] * 300), inner_loops([2, -4, True, 6]))
try:
    inner_loops([2] * 300 + [2.5])
except TypeError as error:
    print(error)
print(inner_loops([2**61 - 2**61] * 3 + [3]))


class Index:
    def __index__(self):
        return 4


print(inner_loops([4]), len([x for n in [Index()] * 3 for x in range(n)]))


def shadowed(n):
    total = 0
    for _ in range(n):
        for i in range(3):
            total += i
    return total


print(shadowed(N))
kept = range
range = lambda n: [10] * n
print(shadowed(10))
range = kept
print(shadowed(N))


def lists(rows):
    total = 0
    for row in rows:
        for x in row:
            total += x
            if x == 99:
                row.append(1)
    return total


print(lists([[1, 2, 3], [99], [], [4, 5]] * 300), lists([(1, 2), [3], {4: 5}, iter([6])]))


class Row(list):
    def __iter__(self):
        return iter([1000])


print(lists([Row([1]), [2]]))
