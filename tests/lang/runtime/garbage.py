# skip: threads: it collects and counts
import gc
import weakref


class Node:
    def __init__(self, name):
        self.name = name
        self.other = None


a, b = Node("a"), Node("b")
a.other, b.other = b, a
ra, rb = weakref.ref(a), weakref.ref(b, lambda r: print("callback", r is rb))
print(ra() is a, rb().name)
del a, b
gc.collect()
print(ra(), rb())


class Final:
    log = []

    def __init__(self, name):
        self.name = name

    def __del__(self):
        self.log.append(self.name)


def make():
    x, y = Final("x"), Final("y")
    x.y, y.x = y, x


make()
gc.collect()
print(sorted(Final.log))
resurrected = []


class Back:
    def __del__(self):
        resurrected.append(self)


def lose():
    Back()


lose()
gc.collect()
print(len(resurrected), type(resurrected[0]).__name__)
resurrected.clear()
gc.collect()
print(len(resurrected))


class Raises:
    def __del__(self):
        raise ValueError("in del")


import sys
seen = []
sys.unraisablehook = lambda args: seen.append((args.exc_type.__name__, str(args.exc_value)))


def lose_raising():
    Raises()


lose_raising()
gc.collect()
sys.unraisablehook = sys.__unraisablehook__
print(seen)
d = weakref.WeakValueDictionary()
k = weakref.WeakKeyDictionary()
s = weakref.WeakSet()
n = Node("n")
d["n"] = n
k[n] = 1
s.add(n)
print(len(d), len(k), len(s), d["n"] is n, k[n])
del n
gc.collect()
print(len(d), len(k), len(s), d.get("n"))


def finalized():
    f = Node("f")
    weakref.finalize(f, print, "finalize", 1)


finalized()
gc.collect()
try:
    weakref.ref(5)
except TypeError as e:
    print(e)
print(gc.isenabled(), gc.disable(), gc.isenabled(), gc.enable(), isinstance(gc.collect(), int), gc.is_tracked([]), gc.is_tracked(5))
p = weakref.proxy(node := Node("proxied"))
print(p.name, p == node, bool(p))
del node
gc.collect()
try:
    p.name
except ReferenceError as e:
    print(e)
garbage = [[i] for i in range(100000)]
for i in range(5):
    garbage = [[x] for x in garbage]
depth = 0
x = garbage[0]
while isinstance(x, list):
    x, depth = x[0], depth + 1
print(depth, x)
chain = None
for i in range(200000):
    chain = (chain,)
del chain
gc.collect()
print("long chain gone")
