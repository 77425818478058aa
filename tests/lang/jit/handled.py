# Loops that handle exceptions: they leave machine code at each, and enter it again at the next round.
import sys


def lookups(keys, d):
    found, missed = 0, []
    for i, key in enumerate(keys):
        try:
            found += d[key]
        except KeyError as e:
            missed.append((i, e.args[0]))
        else:
            found += 1
    return found, missed


def sums(rows):
    total, x = 0.0, 1
    for row in rows:
        try:
            try:
                total += row[0] / row[1]
                x = x * 3 % 1009
            finally:
                x += 1
        except ZeroDivisionError:
            total -= 1.5
        except (TypeError, IndexError) as e:
            total += len(type(e).__name__)
        if x > 900:
            continue
        x += 2
    return total, x


def inner(n):
    if n % 3 == 0:
        raise ValueError(n)
    return n


def calls(n):
    good = bad = 0
    for i in range(n):
        try:
            good += inner(i)
        except ValueError as e:
            bad += e.args[0]
            assert e.__traceback__.tb_next.tb_frame.f_code.co_name == "inner"
            assert e.__traceback__.tb_lineno - sys._getframe().f_code.co_firstlineno == 4
    assert sys.exception() is None
    return good, bad


def nested(n):
    seen = []
    for i in range(n):
        try:
            try:
                inner(i)
            except ValueError:
                if i % 2:
                    raise
                seen.append(i)
        except ValueError as e:
            seen.append((i, e.__context__))
    return seen


def stops(n):
    it = iter(range(n))
    total = 0
    while True:
        try:
            total += next(it)
        except StopIteration:
            break
    return total


def leaves(n):
    i = 0
    try:
        while True:
            i += inner(i + 1) and 1
    except ValueError:
        return i


def removed(n):
    items = list(range(5))
    count = 0
    for i in range(n):
        try:
            del items[i % 7]
            items.insert(0, i)
        except IndexError:
            count += 1
            items[1:] = items[:0:-1]
    return count, items


d = {1: 10, 2: 20, "a": 5}
rows = [(1, 2), (1, 0), (3.5, 2), (1,), ("x", 2), (7, 7)] * 20
for _ in range(60):
    results = (lookups([1, 3, "a", "b", 2] * 4, d), sums(rows), calls(40), nested(14), stops(50), leaves(5), removed(30))
for result in results:
    print(result)
