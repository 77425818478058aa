"""Many points with float attributes, brought to length one; the largest of each coordinate."""

from math import cos, sin, sqrt

N = 2
CHECK = "0.894427189 1.000000000 0.447213595"
POINTS = 100000


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = x = sin(i)
        self.y = cos(i) * 3
        self.z = (x * x) / 2

    def normalize(self):
        length = sqrt(self.x ** 2 + self.y ** 2 + self.z ** 2)
        self.x /= length
        self.y /= length
        self.z /= length

    def larger(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def largest(points):
    first = points[0]
    for point in points[1:]:
        first = first.larger(point)
    return first


def run(n):
    for _ in range(n):
        points = [Point(i) for i in range(POINTS)]
        for point in points:
            point.normalize()
        result = largest(points)
    return f"{result.x:.9f} {result.y:.9f} {result.z:.9f}"
