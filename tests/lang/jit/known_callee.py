# A builtin that is called is known, whatever function the same register held before.
class Point:
    def __init__(self):
        self.x = 1


def has_name(value):
    return hasattr(type(value), "name")


def lengths(values):
    return [len(value) for value in values]


class Named:
    name = "n"

    def __init__(self, name):
        self.name = name


def kinds(n):
    found = []
    for i in range(n):
        made = Named(i)
        found.append((type(made) is Named, has_name(made), has_name([]), has_name(1)))
    return found


def calls(functions, n):
    total = 0
    for i in range(n):
        for function in functions:
            total += function(i)
    return total


def double(n):
    return n * 2


print(set(kinds(200)), lengths(["a", "bc", ""]))
print(calls([double, abs, lambda n: -n, int, double], 300), type(Point()).__name__)


class A:
    def step(self, n):
        return n


class B:
    def step(self, n):
        return n + 1


class C(A):
    def step(self, n, more=10):
        return super().step(n) + more


def walk(objects, n):
    total = 0
    for i in range(n):
        for each in objects:
            total += each.step(i)
    return total


mixed = [A(), B(), C(), A()]
print(walk(mixed, 300))
B.step = lambda self, n: 0
print(walk(mixed, 300))
mixed[0].step = lambda n: 1000
print(walk(mixed, 300))


def made(n):
    def inner(k):
        return k + n
    return inner


def closures(n):
    total = 0
    for i in range(n):
        f = made(i)
        total += f(1) + f(2)
    return total


print(closures(500))
print(sum(x * x for x in range(1000)), any(x > 5 for x in range(10)), max((x for x in (3, 9, 4)), default=0))
print(sum(sum(y for y in range(x)) for x in range(60)), list(x for x in range(5)), tuple(f"{x}" for x in range(3)))
