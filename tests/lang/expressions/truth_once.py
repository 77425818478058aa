# `and` and `or` inside of each other ask each value for its truth once.
class Value:
    def __init__(self, truth):
        self.truth, self.asked = bool(truth), 0

    def __bool__(self):
        self.asked += 1
        return self.truth


def check(f, count):
    for bits in range(1 << count):
        row = [Value(bits >> i & 1) for i in range(count)]
        result = f(*row)
        print(f"{bits:0{count}b}", [each.asked for each in row], row.index(result))


check(lambda a, b, c, d: a and b or c or d, 4)
check(lambda a, b, c, d: a or b and c or d, 4)
check(lambda a, b, c: (a and b) and c, 3)
check(lambda a, b, c: (a or b) and c, 3)
check(lambda a, b, c: a and (b or c), 3)
check(lambda a, b, c, d: ((a and b) or c) and d, 4)
check(lambda a, b, c, d: ((a or b) and c) or d, 4)
