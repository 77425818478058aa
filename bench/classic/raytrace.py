"""A small ray tracer: spheres over a chequered floor, shadows and mirrors; short-lived vectors, methods."""

import math

N = 2
CHECK = (726657, 101969)
EPSILON = 1e-5


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def cross(self, other):
        return Vector(self.y * other.z - self.z * other.y,
                      self.z * other.x - self.x * other.z,
                      self.x * other.y - self.y * other.x)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def length(self):
        return math.sqrt(self.dot(self))

    def normalized(self):
        return self.scaled(1.0 / self.length())

    def mirrored(self, normal):
        return self - normal.scaled(2.0 * self.dot(normal))


class Ray:
    def __init__(self, origin, towards):
        self.origin = origin
        self.direction = towards.normalized()

    def at(self, distance):
        return self.origin + self.direction.scaled(distance)


class Sphere:
    def __init__(self, centre, radius):
        self.centre = centre
        self.radius = radius

    def hit(self, ray):
        to_centre = self.centre - ray.origin
        along = to_centre.dot(ray.direction)
        under = self.radius * self.radius - (to_centre.dot(to_centre) - along * along)
        return None if under < 0 else along - math.sqrt(under)

    def normal(self, point):
        return (point - self.centre).normalized()


class Plane:
    def __init__(self, point, normal):
        self.point = point
        self.up = normal.normalized()

    def hit(self, ray):
        slope = ray.direction.dot(self.up)
        if abs(slope) < EPSILON:
            return None
        return (self.point - ray.origin).dot(self.up) / slope

    def normal(self, point):
        return self.up


class Surface:
    def __init__(self, colour, mirror=0.2, matt=0.6, ambient=0.2):
        self.colour = colour
        self.mirror = mirror
        self.matt = matt
        self.ambient = ambient

    def base(self, point):
        return self.colour


class Chequered(Surface):
    def __init__(self, colour, other, size):
        super().__init__(colour)
        self.other = other
        self.size = size

    def base(self, point):
        squares = math.floor(point.x / self.size + 0.5) + math.floor(point.z / self.size + 0.5)
        return self.other if squares % 2 else self.colour


def mixed(one, weight, two):
    return tuple(a + weight * b for a, b in zip(one, two))


class Scene:
    def __init__(self):
        self.objects = []
        self.lights = []
        self.depth = 0

    def add(self, shape, surface):
        self.objects.append((shape, surface))

    def nearest(self, ray):
        best = None
        for shape, surface in self.objects:
            distance = shape.hit(ray)
            if distance is not None and distance > EPSILON and (best is None or distance < best[0]):
                best = distance, shape, surface
        return best

    def visible(self, light, point):
        way = light - point
        far = way.length()
        ray = Ray(point, way)
        for shape, _ in self.objects:
            distance = shape.hit(ray)
            if distance is not None and EPSILON < distance < far:
                return False
        return True

    def colour(self, ray, depth=0):
        if depth > 3:
            return 0.0, 0.0, 0.0
        found = self.nearest(ray)
        if found is None:
            return 0.0, 0.0, 0.0
        distance, shape, surface = found
        point = ray.at(distance)
        return self.shade(ray, point, shape.normal(point), surface, depth)

    def shade(self, ray, point, normal, surface, depth):
        base = surface.base(point)
        result = mixed((0.0, 0.0, 0.0), surface.ambient, base)
        if surface.mirror > 0:
            reflected = Ray(point, ray.direction.mirrored(normal))
            result = mixed(result, surface.mirror, self.colour(reflected, depth + 1))
        light = 0.0
        for position in self.lights:
            if self.visible(position, point):
                contribution = (position - point).normalized().dot(normal)
                if contribution > 0:
                    light += contribution
        return mixed(result, surface.matt * min(1.0, light), base)

    def render(self, width, height, eye, focus, degrees):
        forward = (focus - eye).normalized()
        right = forward.cross(Vector(0, 1, 0)).normalized()
        up = right.cross(forward)
        half = math.tan(math.radians(degrees / 2))
        pixels = bytearray()
        for y in range(height):
            for x in range(width):
                across = right.scaled((2 * x / (width - 1) - 1) * half)
                down = up.scaled((1 - 2 * y / (height - 1)) * half * height / width)
                for part in self.colour(Ray(eye, forward + across + down)):
                    pixels.append(min(255, int(part * 255)))
        return pixels


def scene():
    scene = Scene()
    scene.lights = [Vector(30, 30, 10), Vector(-10, 100, 30)]
    scene.add(Sphere(Vector(1, 3, -10), 1), Surface((1, 1, 0)))
    for y in range(6):
        scene.add(Sphere(Vector(-3 - y * 0.4, 2.3, -5), 0.4), Surface((y / 6, 1 - y / 6, 0.5)))
    scene.add(Plane(Vector(0, 0, 0), Vector(0, 1, 0)), Chequered((1, 1, 1), (0, 0, 0), 1))
    return scene


def run(n):
    for _ in range(n):
        pixels = scene().render(80, 80, Vector(0, 1.8, 10), Vector(0, 3, 0), 45)
    return sum(pixels), sum(pixels[::7])
