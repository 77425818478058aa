# skip: stress: memory runs out at other places, not all of which can say so
# skip: threads: the limit is the process's
# Out of memory is an exception, wherever it strikes, and the program goes on after it.
import resource


def limited(more):
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + (more << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def buffers():
    kept = []
    while True:
        kept.append(bytearray(10**6))


def lists():
    kept = []
    while True:
        kept.append([0] * 20)


def table():
    kept = {}
    while True:
        kept[len(kept)] = (len(kept), "x" * 100)


def text():
    kept = "x"
    while True:
        kept += kept


class Node:
    pass


def objects():
    kept = None
    while True:
        node = Node()
        node.next = kept
        node.pad = [None] * 50
        kept = node


def at_once():
    return [None] * 10**9


for fill in (buffers, lists, table, text, objects, at_once):
    limited(64)
    try:
        fill()
    except MemoryError:
        print(fill.__name__, "MemoryError")
    print(sum(len(str(n)) for n in range(1000)))
