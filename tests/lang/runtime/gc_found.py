# skip: threads, stress: collections of others find part of the garbage
# What gc.collect() counts, shows and keeps: objects in cycles and what they refer to, not what counted references free.
import gc


class Node:
    pass


def ring(n):
    first = last = Node()
    for _ in range(n - 1):
        node = Node()
        node.next, last = last, node
    first.next = last


def line(n):
    last = None
    for _ in range(n):
        node = Node()
        node.next, last = last, node


gc.collect()
ring(10)
print("ring", gc.collect())
line(10)
print("line", gc.collect())
loop = []
loop.append(loop)
loop.append([1, 2])
loop = None
print("a list in itself, with another", gc.collect())
space = {}
exec("def f(): pass", space)
space = None
print("a function and its globals", gc.collect())
print("nothing", gc.collect())


class Phoenix(Node):
    kept = []

    def __del__(self):
        self.kept.append(self)


def nest():
    bird = Phoenix()
    bird.me = bird


nest()
print("brought back", gc.collect(), len(Phoenix.kept), gc.is_finalized(Phoenix.kept[0]))
print(gc.is_finalized(Node()), gc.is_finalized(3))
Phoenix.kept.clear()
print("gone", gc.collect(), len(Phoenix.kept))

before = gc.get_stats()[2]["collected"]
ring(3)
gc.collect()
print("stats", gc.get_stats()[2]["collected"] - before)

seen = []
gc.callbacks.append(lambda phase, info: seen.append((phase, info["collected"])))
ring(4)
gc.collect()
gc.callbacks.clear()
print(seen)

gc.set_debug(gc.DEBUG_SAVEALL)
ring(2)
gc.collect()
gc.set_debug(0)
print([type(each).__name__ for each in gc.garbage])
gc.garbage.clear()
gc.collect()

print(sorted(gc.get_referents([1, 3, 5])), sorted(gc.get_referents((2, 4))), sorted(gc.get_referents({1: 2})))
print(gc.get_referents(1, "a", 2j))
for each in (None, 1, "a", b"a", bytearray(b"a"), 1.5, int, object(), range(3)):
    print(gc.is_tracked(each), end=" ")
print()
for each in ([], {}, set(), Node, Node(), gc, len, print.__self__, lambda: 0, iter([])):
    print(gc.is_tracked(each), end=" ")
print()
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
