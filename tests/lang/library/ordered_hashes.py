"""How often an OrderedDict asks for the hash of a key, and whose `__new__` it has."""

from collections import OrderedDict


class Key:
    hashed = 0

    def __hash__(self):
        Key.hashed += 1
        return 5


def count(words, action):
    Key.hashed = 0
    action()
    print(words, Key.hashed)


a, b = Key(), Key()
d = OrderedDict([(a, 1), (b, 2)])
count("last to the end", lambda: d.move_to_end(b))
count("first to the begin", lambda: d.move_to_end(a, last=False))
count("first to the end", lambda: d.move_to_end(a))
print([key is a for key in d])
count("lookup", lambda: d[a])
count("deletion", lambda: d.__delitem__(a))
count("setdefault", lambda: d.setdefault(b, 3))

print(OrderedDict.__new__ is dict.__new__, "__new__" in vars(OrderedDict))
print(type(OrderedDict.__new__(dict)), type(dict.__new__(OrderedDict)), OrderedDict.__new__(OrderedDict, 1, x=2))
try:
    OrderedDict.__new__(int)
except TypeError as error:
    print(error)
