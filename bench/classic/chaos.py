"""A picture of a fractal made by chance: points thrown through spline curves; attributes, methods, floats."""

import math
import random

N = 2
CHECK = (2666, 50767610)


class Vector:
    def __init__(self, x=0.0, y=0.0, z=0.0):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def length(self):
        return math.sqrt(self.x ** 2 + self.y ** 2 + self.z ** 2)

    def between(self, other, part):
        """The point that lies `part` of the way from here to `other`."""
        rest = 1.0 - part
        return Vector(self.x * rest + other.x * part, self.y * rest + other.y * part, self.z * rest + other.z * part)


class Spline:
    """A B-spline, evaluated by de Boor's scheme of repeated interpolation."""

    def __init__(self, points, degree, knots):
        if len(knots) != len(points) + degree - 1:
            raise ValueError("a spline has as many knots as points and degree, less one")
        self.points = points
        self.degree = degree
        self.knots = knots

    def domain(self):
        return self.knots[self.degree - 1], self.knots[len(self.knots) - self.degree]

    def __len__(self):
        return len(self.points)

    def segment(self, u):
        low, high = self.domain()
        for index in range(self.degree - 1, len(self.knots) - self.degree):
            if self.knots[index] <= u < self.knots[index + 1]:
                return index
        return len(self.knots) - self.degree - 1

    def __call__(self, u):
        low, high = self.domain()
        if not low <= u <= high:
            raise ValueError("outside of the spline")
        index = self.segment(u)
        first = index - self.degree + 1
        work = [self.points[first + i] for i in range(self.degree + 1)]
        for step in range(1, self.degree + 1):
            for i in range(self.degree + 1 - step):
                a = self.knots[first + i + step - 1]
                b = self.knots[first + i + self.degree]
                work[i] = work[i].between(work[i + 1], (u - a) / (b - a))
        return work[0]


class Game:
    """Throws a point through one of several curves, again and again, and marks where it falls."""

    def __init__(self, splines, thickness):
        self.splines = splines
        self.thickness = thickness
        points = [point for spline in splines for point in spline.points]
        self.left = min(point.x for point in points)
        self.right = max(point.x for point in points)
        self.bottom = min(point.y for point in points)
        self.top = max(point.y for point in points)
        self.width = self.right - self.left
        self.height = self.top - self.bottom
        # A curve is chosen as often as it is long.
        self.shares = []
        for spline in splines:
            low, high = spline.domain()
            length = 0.0
            last = spline(low)
            for i in range(1, 1000):
                here = spline(low + (high - low) * i / 999)
                length += (here - last).length()
                last = here
            self.shares.append(max(1, int(length / 0.1)))
        self.total = sum(self.shares)

    def choose(self, chance):
        number = chance.randrange(self.total)
        for index, share in enumerate(self.shares):
            if number < share:
                return index
            number -= share
        return len(self.shares) - 1

    def throw(self, point, chance):
        x = (point.x - self.left) / self.width
        y = (point.y - self.bottom) / self.height
        spline = self.splines[self.choose(chance)]
        low, high = spline.domain()
        u = low + (high - low) * x
        base = spline(u)
        ahead = spline(min(u + 1 / 50000, high))
        behind = spline(max(u - 1 / 50000, low))
        along = ahead - behind
        length = along.length() or 1.0
        offset = self.thickness * (y - 0.5)
        moved = base + Vector(along.y, -along.x).scaled(offset / length)
        moved.x = min(max(moved.x, self.left), self.right)
        moved.y = min(max(moved.y, self.bottom), self.top)
        return moved

    def picture(self, width, height, throws, seed):
        chance = random.Random(seed)
        rows = [[0] * width for _ in range(height)]
        point = Vector((self.left + self.right) / 2, (self.top + self.bottom) / 2)
        for _ in range(throws):
            point = self.throw(point, chance)
            column = int((point.x - self.left) / self.width * (width - 1))
            row = int((point.y - self.bottom) / self.height * (height - 1))
            rows[height - row - 1][column] = 1
        return rows


def curves():
    knots = [0, 0, 0, 1, 1, 1]
    return [
        Spline([Vector(1.6, 0.3), Vector(1.8, 0.4), Vector(1.9, 1.1), Vector(1.5, 1.6)], 3, knots),
        Spline([Vector(1.5, 1.6), Vector(1.2, 1.4), Vector(0.9, 0.7), Vector(0.3, 0.9)], 3, knots),
        Spline([Vector(0.3, 0.9), Vector(0.7, 1.7), Vector(1.1, 0.2), Vector(1.6, 0.3)], 3, knots),
    ]


def run(n):
    for _ in range(n):
        rows = Game(curves(), 0.25).picture(256, 256, 5000, 1234)
        marked = sum(map(sum, rows))
        weight = sum(row * column for row, line in enumerate(rows) for column, dot in enumerate(line) if dot)
    return marked, weight
