# Small functions done in place whose numbers are now ints, now floats, also one of each kind.
class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def larger(self, other):
        return self.x > other.x

    def __repr__(self):
        return f"({self.x}, {self.y}, {self.z})"


def plus(a, b):
    return a + b


def work(vectors, n):
    results = []
    for _ in range(n):
        results = []
        for a in vectors:
            for b in vectors:
                d = a - b
                results.append((d.dot(b), a.dot(a), a.larger(b), plus(a.x, b.y), d))
    return results


vectors = [
    Vector(1, 2, 3),
    Vector(0.5, 1.5, -2.5),
    Vector(4, 5.0, 6),
    Vector(-1.0, 0, 0.0),
    Vector(1 << 61, 2, 3),
    Vector(True, 2.0, 1e300),
]
for n in (40, 40, 1):
    results = work(vectors, n)
for result in results:
    print(*result)
