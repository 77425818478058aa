# Small functions with branches, done in place of calls.
class Task:
    def __init__(self, number, waiting=None, held=False):
        self.number = number
        self.waiting = waiting
        self.held = held

    def stands_still(self):
        return self.held or (self.waiting is not None and not self.waiting)

    def sign(self):
        if self.number < 0:
            return -1
        if self.number == 0:
            return 0
        return 1

    def clamped(self, low, high):
        if self.number < low:
            return low
        elif self.number > high:
            return high
        return self.number

    def greater(self, other):
        return self if self.number > other.number else other

    def name(self):
        if not self.held:
            return "free"
        return "held"


def maximum(a, b):
    if a > b:
        return a
    return b


def truth(x):
    if x:
        return "yes"
    return "no"


def loops(n):
    total = 0
    while n:
        total += n
        n -= 1
    return total


def work(n, values):
    tasks = [Task(v, w, h) for v in values for w in (None, True, False) for h in (True, False)]
    found = [0] * 8
    first = tasks[0]
    for i in range(n):
        task = tasks[i % len(tasks)]
        found[0] += task.stands_still() is True
        found[1] += task.sign()
        found[2] += task.clamped(-2, 3)
        found[3] += task.greater(first) is task
        found[4] += len(task.name())
        found[5] += maximum(task.number, i % 5)
        found[6] += loops(i % 4)
        found[7] += len(truth(task.waiting)) + len(truth(task.number))
    return found


for _ in range(3):
    print(work(2000, [-5, 0, 1, 7]))
print(work(500, [-5, 0.0, 1.5, 7]), work(500, [2**70, -2**70, True]))
print([truth(x) for x in (0, 1, 0.0, -0.0, 2.5, "", "a", [], [0], None, True, False, 2**70, float("nan"))] * 2 ==
      ["no", "yes", "no", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "yes"] * 2)


def many(items):
    return [truth(x) for x in items for _ in range(300)][::300]


print(many([0, 1, 0.0, -0.0, 2.5, "", "a", [], [0], None, True, False, 2**70, float("nan")]))
print(maximum("a", "b"), [maximum(a, b) for a in (1, 2.5, 3) for b in (2, 2.5)] * 1)
try:
    work(10, ["text"])
except TypeError as error:
    print(error)
