# Proxies as values, ordered dicts that change while they are looked at, out-of-band buffers.
import collections
import functools
import operator
import pickle
import weakref


class Node:
    pass


node, holder = Node(), Node()
proxy = weakref.proxy(node)
weakref.proxy(holder).value = proxy
print(type(holder.value) is weakref.ProxyType, holder.value is proxy)


class Key:
    act = None

    def __hash__(self):
        return 1

    def __eq__(self, other):
        if Key.act:
            act, Key.act = Key.act, None
            act()
        return isinstance(other, Key)


class Twice(Key):
    calls = 0

    def __eq__(self, other):
        Twice.calls += 1
        if Twice.calls == 2:
            first.clear()
        return True

    __hash__ = Key.__hash__


first = collections.OrderedDict.fromkeys((0, Twice(), 4.2))
second = collections.OrderedDict.fromkeys((0, Twice(), 4.2))
try:
    print(first == second)
except RuntimeError as e:
    print(e)


class Missing(collections.OrderedDict):
    def __missing__(self, key):
        return 0


try:
    Missing().pop("a")
except KeyError as e:
    print(repr(e))

data = bytearray(b"0123456789")
buffers = []
stream = pickle.dumps(pickle.PickleBuffer(data), protocol=5, buffer_callback=buffers.append)
print(len(buffers), buffers[0].raw().tobytes())
print(pickle.loads(stream, buffers=buffers) is not None, pickle.loads(pickle.dumps(pickle.PickleBuffer(b"abc"), protocol=5)))
buffers[0].release()
try:
    buffers[0].raw()
except ValueError as e:
    print(e)

import _datetime
import datetime

print(_datetime.datetime is datetime.datetime, _datetime.date(2026, 1, 2))


class EvilArg:
    def __init__(self, target):
        self.target = target

    def __repr__(self):
        self.target.__setstate__((int, (), {}, None))
        return "evil"


part = functools.partial(len, None, key=1)
part.__setstate__((len, (EvilArg(part), 2), {"a": 3}, None))
print(repr(part), part.__dict__)
import inspect

print(inspect.signature(operator.itemgetter(1)), inspect.signature(functools.cmp_to_key(len)))
print(str.maketrans.__qualname__, dict.fromkeys.__qualname__)
for wrong in ("'%*d' % (-2**63, 1)", "'%*d' % (2**63, 1)", "'%.*f' % (2**31, 1.0)", "int.__new__(bool, 0)", "list(int | str)", "'ab' * 2**63"):
    try:
        print(wrong, eval(wrong))
    except Exception as e:
        print(wrong, type(e).__name__, e)
print((int | str) | "float", "float" | (int | str))
print(repr(bytearray(b"'")), repr(bytearray(b"\"'")))
