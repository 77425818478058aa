# skip: threads: it collects and lists what that finalizes
# Of objects that become garbage together, the one that refers to another is finalized first.
import gc
import os
import tempfile

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "file")


def lose(make):
    make()
    gc.collect()


def text():
    f = open(path, "w")
    f.write("text")


def binary():
    f = open(path, "wb")
    f.write(b"bytes")


class Owner:
    def __init__(self):
        self.file = open(path, "w")

    def __del__(self):
        self.file.write("from a finalizer")


class Child:
    finalized = False

    def __del__(self):
        self.finalized = True


class Parent:
    def __init__(self, child=None):
        self.child = child or Child()

    def __del__(self):
        print("the child first:", self.child.finalized)


class Link:
    order = []

    def __init__(self, number, next):
        self.number = number
        self.next = [next]

    def __del__(self):
        self.order.append(self.number)


def newest_first():
    link = None
    for i in range(5):
        link = Link(i, link)


def oldest_first():
    first = link = Link(0, None)
    for i in range(1, 5):
        link.next[0] = Link(i, None)
        link = link.next[0]


for make in (text, binary, Owner):
    lose(make)
    with open(path) as f:
        print(make.__name__, f.read())
lose(Parent)
lose(lambda: Parent(Child()))
lose(newest_first)
print(Link.order)
Link.order.clear()
lose(oldest_first)
print(Link.order)
folder.cleanup()
