"""Getters of properties, conditional returns, plain slices and native functions, each time the same and changed between."""
import sys


class Point:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x

    @property
    def callers(self):
        return sys._getframe(1).f_code.co_name, sys._getframe().f_code.co_name

    @property
    def deep(self):
        return self.deep

    @property
    def broken(self):
        raise AttributeError("broken")

    @property
    def stream(self):
        yield self._x
        yield self._x + 1


def read(p):
    return p.x


print([read(Point(i)) for i in range(4)])
Point.x = property(lambda self: -self._x)
print([read(Point(i)) for i in range(4)])
Point.x.__init__(lambda self: self._x * 10)
print([read(Point(i)) for i in range(4)])
Point.x = 7
print([read(Point(i)) for i in range(2)])
Point.x = property(len)
for _ in range(3):
    try:
        read(Point(1))
    except TypeError as e:
        print(e)
Point.x = property()
for _ in range(2):
    try:
        read(Point(1))
    except AttributeError as e:
        print(e)


def who(p):
    return p.callers


print([who(Point(0)) for _ in range(3)])


def dig(p):
    return p.deep


for _ in range(2):
    try:
        dig(Point(1))
    except RecursionError as e:
        print("RecursionError:", str(e)[:32])


def fail(p):
    return p.broken


for _ in range(3):
    try:
        fail(Point(1))
    except AttributeError as e:
        frame, names = e.__traceback__, []
        while frame:
            names.append(frame.tb_frame.f_code.co_name)
            frame = frame.tb_next
        print(e, names)


def through(p):
    yield p.x
    yield from p.stream
    yield from p.stream


Point.x = property(lambda self: self._x)
print([list(through(Point(3))) for _ in range(3)])

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        events.append((frame.f_code.co_name, event))
    return tracer


sys.settrace(tracer)
read(Point(1))
sys.settrace(None)
print(events)


def kind(n):
    return "none" if n == 0 else "one" if n == 1 else n if n < 5 else None


print([kind(n) for n in (0, 1, 3, 9)], (lambda n: "a" if n else "b")(0))


def unbound(flag):
    return missing if flag else 1
    missing = 0


try:
    unbound(True)
except UnboundLocalError as e:
    print(e)


def cuts(s, i, j):
    return s[i:j], s[:j], s[i:], s[:]


big = 10**30
for s in ([0, 1, 2, 3, 4], (0, 1, 2, 3, 4), "01234", b"01234"):
    for i, j in ((1, 3), (-2, None), (3, 1), (-99, 99), (None, -1), (True, 2), (-big, big)):
        print(cuts(s, i, j))
whole = (1, 2)
print(whole[:] is whole, whole[0:9] is whole)


class Many(list):
    def __getitem__(self, key):
        return key


print(Many()[1:2])
try:
    [][1.5:]
except TypeError as e:
    print(e)


def put(s, i, j, v):
    s[i:j] = v
    return s


print(put([0, 1, 2], 1, 2, [7, 8, 9]), put([0, 1, 2], 5, 9, [3]), put([0, 1, 2], -1, None, []))
same = [1, 2, 3]
print(put(same, 1, 2, same), put(list(range(5)), 1, 4, list(range(40)))[:6], put([1], 0, 0, (5, 6)))
print(put([1, 2], None, None, "ab"))
try:
    put([1], 0, 1, 5)
except TypeError as e:
    print(e)


def natives(a):
    return len(a), a.append(1), a.index(1), a.pop(), abs(-3), a.count(1)


print(natives([1]), natives([1, 2]))
append = list.append
for wrong in ((), (1,), ([],), ([], 1, 2)):
    try:
        append(*wrong)
    except TypeError as e:
        print(e)


def call(f, x, y):
    return f(x, y)


class Sub(list):
    pass


s = Sub()
call(append, s, 4)
print(s)
try:
    call(append, {}, 4)
except TypeError as e:
    print(e)
