"""Dicts that the comparison of their keys changes while another takes their items."""
from collections import OrderedDict


class X:
    def __hash__(self):
        return 0

    def __eq__(self, other):
        source.clear()
        return False


for merge in (lambda d, o: d.update(o), lambda d, o: d | o, lambda d, o: {**d, **o}, lambda d, o: d.__ior__(o), lambda d, o: d.update(list(o.items()))):
    source = {i: 0 for i in range(1, 100)}
    source[X()] = 0
    try:
        print(merge({X(): 0, 1: 1}, source))
    except RuntimeError as e:
        print(e)


class Key:
    def __eq__(self, other):
        print("compared with", type(other).__name__)
        if ONE in one:
            del one[ONE]
        return True

    def __hash__(self):
        return -1


ONE = Key()
one = OrderedDict(dict.fromkeys((0, ONE, 4.2)))
two = OrderedDict(dict.fromkeys((0, Key(), 4.2)))
print(one != two, len(one), len(two))
