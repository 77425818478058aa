# args: 400000
# Floating point in loops: n bodies.
import sys
from math import sqrt


def advance(bodies, pairs, dt):
    for a, b in pairs:
        dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
        d = dx * dx + dy * dy + dz * dz + 0.01
        m = dt / (d * sqrt(d))
        a[3] -= dx * b[6] * m
        a[4] -= dy * b[6] * m
        a[5] -= dz * b[6] * m
        b[3] += dx * a[6] * m
        b[4] += dy * a[6] * m
        b[5] += dz * a[6] * m
    for body in bodies:
        body[0] += dt * body[3]
        body[1] += dt * body[4]
        body[2] += dt * body[5]


def main(steps):
    bodies = [[float(i), i * 0.5, i * 0.25, 0.0, 0.01 * i, 0.0, 1.0 + i] for i in range(5)]
    pairs = [(bodies[i], bodies[j]) for i in range(5) for j in range(i)]
    for _ in range(steps // 10):
        advance(bodies, pairs, 0.001)
    print([round(x, 9) for x in bodies[0]])


main(int(sys.argv[1]))
