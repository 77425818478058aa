# Methods of built-in types called as plain functions, or found on classes they do not belong to.
append = list.append
upper = str.upper


def plainly(items):
    for i in range(3000):
        append(items, i)
    return len(items)


class Borrows:
    upper = str.upper
    append = list.append


def wrongly(thing):
    refused = 0
    for _ in range(1000):
        try:
            thing.upper()
        except TypeError:
            refused += 1
        try:
            thing.append(1)
        except TypeError:
            refused += 1
    return refused


def raised(text):
    for _ in range(3000):
        upper(text)
    return upper(text)


def absent(text):
    n = 0
    for i in range(3000):
        n += text.find("c") + text.count("b", 1) + len(text.split())
    return n


def unpacked(pairs):
    total = 0
    for _ in range(1000):
        for pair in pairs:
            first, second = pair
            total += first * second
    return total


print(plainly([]))
print(wrongly(Borrows()))
print(raised("abc"), absent("abc"))
try:
    raised(5)
except TypeError as error:
    print(error)
print(unpacked([(1, 2), [3, 4], "56" and (5, 6), {7: 0, 8: 0}, range(2)]))
for wrong in ((1, 2, 3), (1,), [1], 5):
    try:
        unpacked([(1, 2), wrong])
    except (TypeError, ValueError) as error:
        print(error)
