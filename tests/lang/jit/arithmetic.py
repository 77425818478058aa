# Hot loops and calls: ints that overflow, division, floats, mixed operands, methods, exceptions.
def loop(n):
    total = 0
    i = 0
    while i < n:
        total += i * 3 - (i // 7) + (i % 5) - (i >> 1) + (i & 6) + (i ^ 3) + (i | 8)
        i += 1
    return total

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def over(n):
    x = 1
    for i in range(n):
        x = x * 3 + i
    return x

def neg(n):
    out = []
    for i in range(-n, n):
        for d in (-3, -1, 2, 4, 7):
            out.append((i // d, i % d, i / d, -i, i << 2, i >> 1))
    return hash(tuple(out)), out[5], out[-1]

def floats(n):
    x = 0.5
    y = 1.25
    k = 0
    for i in range(n):
        x = x * 1.0000001 + y / 3.0 - i
        if x < -1000.0:
            x = -x
        if x > y:
            k += 1
    return x, k

def mixed(seq):
    t = 0
    for v in seq:
        t = t + v
    return t

class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def norm(self):
        return self.x * self.x + self.y * self.y
    def move(self, d):
        self.x += d
        self.y -= d

def objs(n):
    ps = [P(i, i + 1) for i in range(10)]
    s = 0
    for k in range(n):
        for p in ps:
            p.move(k & 3)
            s += p.norm()
    return s

def exc(n):
    caught = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            x = 10 // (i % 5)
        except ZeroDivisionError:
            caught += 1
        except ValueError as e:
            caught += e.args[0]
    return caught

def sieve(n):
    flags = [True] * (n + 1)
    c = 0
    for i in range(2, n + 1):
        if flags[i]:
            c += 1
            for j in range(i * i, n + 1, i):
                flags[j] = False
    return c

def strs(n):
    d = {}
    for i in range(n):
        k = "k" + str(i % 10)
        d[k] = d.get(k, 0) + 1
        if k in d and not (i in d):
            d[k] += len(k)
    return sorted(d.items())

for _ in range(3):
    print(loop(3000), fib(18), over(200), neg(50), floats(2000), mixed([1, 2.5, 3, True] * 50), mixed(range(1000)), objs(100), exc(500), sieve(3000), strs(300))
