"""What is said of a keyword that a native function does not know."""

import collections
import datetime
import io
import itertools


def told(call):
    try:
        print(repr(call()))
    except TypeError as error:
        print(error)


told(lambda: max(1, 2, kay=1))
told(lambda: max([1], kay=1))
told(lambda: print(1, sepp=""))
told(lambda: [].sort(revers=1))
told(lambda: zip([1], strct=1))
told(lambda: map(str, [1], strct=1))
told(lambda: itertools.product([1], repeatt=2))
told(lambda: itertools.accumulate([1], fun=1))
told(lambda: collections.deque([1], maxle=2))
told(lambda: collections.OrderedDict().popitem(las=1))
told(lambda: ImportError("x", nam=3))
told(lambda: AttributeError("x", nothing=3))
told(lambda: datetime.datetime(1, 2, 3, hor=3))
told(lambda: datetime.timedelta(dayz=3))
told(lambda: int("1", bas=2))
told(lambda: "a".split(seq="a"))
told(lambda: "a".replace("a", "b", coun=1))
told(lambda: open("x", mod="r"))
told(lambda: sum([1], START=1))
told(lambda: io.StringIO(initial_valu=""))
told(lambda: complex(rea=1))
told(lambda: print(1, qqqqqqqq=""))
told(lambda: sum([1], start=1))

import csv
for keywords in ({"delimeter": ","}, {"dialct": "excel"}, {"colour": 1}):
    try:
        csv.reader([], **keywords)
    except TypeError as error:
        print(error)
