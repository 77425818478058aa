"""Random choices that are the same on every interpreter, whatever its `random` does."""

MASK = (1 << 64) - 1


class Chance:
    """A stream of choices that depends on nothing but the numbers it was made from."""

    def __init__(self, *numbers):
        self.state = 0x9E3779B97F4A7C15
        for number in numbers:
            self.state = (self.state ^ number * 0xD1342543DE82EF95) & MASK
            self.next()

    def next(self):
        state = self.state
        state ^= state << 13 & MASK
        state ^= state >> 7
        state ^= state << 17 & MASK
        self.state = state
        return (state * 0x2545F4914F6CDD1D & MASK) >> 32

    def below(self, limit):
        return self.next() % limit

    def pick(self, choices):
        return choices[self.next() % len(choices)]

    def percent(self, percent):
        return self.next() % 100 < percent

    def between(self, low, high):
        return low + self.next() % (high - low + 1)
