# Objects that only a large, old container holds outlive collections of the young, wherever in the
# container they were stored.
import gc


class Item:
    # Larger than a line of the heap, so that nothing beside it keeps its memory from being used again.
    def __init__(self, n):
        for i in range(20):
            setattr(self, f"pad{i}", i)
        self.n = n


def check(name, found, expected):
    wrong = [i for i, (a, b) in enumerate(zip(found, expected)) if a != b]
    print(name, len(found), wrong[:5])


def young():
    """Enough allocation for a few collections of the young."""
    gc.collect(0)
    garbage = [[i] * 30 for i in range(20000)]
    gc.collect(0)
    del garbage


items = []
for n in range(6000):
    items.append(Item(n))
    if n % 500 == 0:
        young()
check("append", [item.n for item in items], range(6000))

slots = [None] * 5000
gc.collect()
for n in range(5000):
    slots[n] = Item(n)
young()
check("store", [item.n for item in slots], range(5000))

slots = [None] * 5000
gc.collect()
slots[100:4900] = [Item(n) for n in range(4800)]
young()
check("slice", [item.n for item in slots[100:4900]], range(4800))

table = {}
for n in range(6000):
    table[n] = Item(n)
    if n % 1000 == 0:
        young()
check("dict", [table[n].n for n in range(6000)], range(6000))
for n in range(6000):
    table[n] = Item(-n)
young()
check("dict again", [table[n].n for n in range(6000)], [-n for n in range(6000)])
