# skip: threads: it sets the recursion limit, which all threads share
# What others see of hot frames, and do to them: f_locals, tracing, tracebacks, recursion, redefinition.
import sys
def g():
    return sys._getframe(1).f_locals
def seen(n):
    a = 0
    b = 1.5
    r = None
    for i in range(n):
        a += i
        b = b * 1.01
        if i == n - 1:
            r = dict(g())
            r.pop('r', None)
    return r
for _ in range(3): print(seen(1500))
def writer():
    f = sys._getframe(1)
    f.f_locals['a'] = 1000000
def written(n):
    a = 0
    for i in range(n):
        a += 1
        if i == n // 2:
            writer()
    return a
for _ in range(3): print(written(3000))
def tb(n):
    t = 0
    for i in range(n):
        t += i
        if i == n - 1:
            x = t // (i - n + 1)
    return t
import traceback
for _ in range(3):
    try: tb(2000)
    except ZeroDivisionError as e:
        frames = traceback.extract_tb(e.__traceback__)
        print([(f.name, f.line, f.colno, f.end_colno) for f in frames])
        print(e.__traceback__.tb_next.tb_frame.f_locals)
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
for _ in range(50): deep(100)
sys.setrecursionlimit(200000)
print(deep(100000))
sys.setrecursionlimit(1000)
try: deep(5000)
except RecursionError as e: print(e)
def redefine(n):
    s = 0
    for i in range(n):
        s += helper(i)
        if i == n // 2:
            globals()['helper'] = lambda x: x * 2
    return s
def helper(x): return x
for _ in range(3): print(redefine(2000))
class A:
    def f(self): return 1
class B:
    def f(self): return 2
def poly(n):
    xs = [A(), B(), A()]
    t = 0
    for i in range(n):
        t += xs[i % 3].f()
        if i == n // 2:
            A.f = lambda self: 10
    A.f = lambda self: 1
    return t
for _ in range(3): print(poly(3000))
def unbound(n):
    for i in range(n):
        if i > n - 2:
            del z
        z = i
        y = z
    try:
        del z
        return z
    except UnboundLocalError as e:
        return str(e)
print(unbound(1500), unbound(1500))
def closure():
    c = 0
    def inc():
        nonlocal c
        c += 1
        return c
    for i in range(2000): inc()
    return c
print(closure(), closure())
events = []
def tracer(f, e, a):
    if f.f_code.co_name == 'traced': events.append((e, f.f_lineno - f.f_code.co_firstlineno))
    return tracer
def traced(n):
    t = 0
    for i in range(n):
        t += i
        if i == n - 2:
            sys._getframe().f_trace = tracer
            sys.settrace(tracer)
    return t
traced(2000); sys.settrace(None); print(events); events.clear()
traced(2000); sys.settrace(None); print(events)
def nested(n):
    c = 0
    for i in range(n):
        for j in range(i):
            if j == 5: break
            c += 1
        else:
            c += 100
            continue
        c -= 1
    return c
print(nested(300), nested(300))
def gens(n):
    return sum(x * x for x in (y + 1 for y in range(n)))
print(gens(3000), gens(3000))
def fl(n):
    a = b = 0.1
    for i in range(n):
        a = a * 10.0
        b = b / 10.0
    return a, b, a * b, -a, a == a, a < b
print(fl(50), fl(400), fl(5))
def cmp(xs):
    n = 0
    for x in xs:
        if x < 3: n += 1
        if x == 2.0: n += 10
        if x != 2**53 + 1: n += 100
    return n
print(cmp([1, 2, 3, 2**53, 2**53 + 1, float(2**53), 2.0] * 300))
