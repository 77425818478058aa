"""What machine code keeps alive is not seen by `gc`: it is no Python object."""
import gc


class P:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return P(self.x + other.x)


def f(n):
    p, q = P(0), P(1)
    for _ in range(n):
        p = p + q
    return p.x


for _ in range(50):
    total = f(4000)
print(total)
print(len([repr(x) for x in gc.get_objects() if type(x) is tuple]) > 0)
print(sorted({type(x).__name__ for x in gc.get_referrers(P)} - {"dict", "list"}))
print(sorted({type(x).__name__ for x in gc.get_referents(f.__code__)} - {"type", "bytes", "tuple", "str"}))
