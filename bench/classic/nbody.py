"""The sun and its four large planets, moved by Newton's law: arithmetic on floats kept in lists."""

from math import pi, sqrt

N = 2
CHECK = "-0.169089263"

SUN_MASS = 4 * pi * pi
YEAR = 365.24
STEPS = 20000

# Position in astronomical units, velocity in units a day, mass in suns: Jupiter, Saturn, Uranus, Neptune.
PLANETS = (
    (4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
     0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
    (8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
     -0.00276742510726411104, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
    (12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
     0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
    (15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
     0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
)


def bodies():
    """The sun first, moving so that all momentum adds up to nothing."""
    system = [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SUN_MASS]]
    for x, y, z, vx, vy, vz, mass in PLANETS:
        system.append([x, y, z, vx * YEAR, vy * YEAR, vz * YEAR, mass * SUN_MASS])
    sun = system[0]
    for axis in (3, 4, 5):
        sun[axis] = -sum(body[axis] * body[6] for body in system[1:]) / SUN_MASS
    return system


def energy(system):
    total = 0.0
    for index, one in enumerate(system):
        total += 0.5 * one[6] * (one[3] ** 2 + one[4] ** 2 + one[5] ** 2)
        for two in system[index + 1:]:
            distance = sqrt((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2 + (one[2] - two[2]) ** 2)
            total -= one[6] * two[6] / distance
    return total


def advance(system, pairs, dt, steps):
    for _ in range(steps):
        for one, two in pairs:
            dx = one[0] - two[0]
            dy = one[1] - two[1]
            dz = one[2] - two[2]
            pull = dt * (dx * dx + dy * dy + dz * dz) ** -1.5
            by_two = two[6] * pull
            by_one = one[6] * pull
            one[3] -= dx * by_two
            one[4] -= dy * by_two
            one[5] -= dz * by_two
            two[3] += dx * by_one
            two[4] += dy * by_one
            two[5] += dz * by_one
        for body in system:
            body[0] += dt * body[3]
            body[1] += dt * body[4]
            body[2] += dt * body[5]


def run(n):
    for _ in range(n):
        system = bodies()
        pairs = [(one, two) for index, one in enumerate(system) for two in system[index + 1:]]
        advance(system, pairs, 0.01, STEPS)
    return f"{energy(system):.9f}"
