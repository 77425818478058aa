"""Native functions with `*args`, few and many, with keywords, out of range, and where the values are used as a whole."""
import math
import struct

print(max(3, 1, 2), min(3, 1, 2), max("b", "a", key=lambda c: -ord(c)), min([3], [1, 5], key=len), max(1.5, 2, True))
for call in (lambda: max(), lambda: max(1, 2, default=3), lambda: min(1, "a"), lambda: struct.pack("<hh", 1),
             lambda: struct.pack("<h", 1, 2), lambda: struct.pack("<h", "a"), lambda: "".format(**{"a": 1}, **{"a": 2})):
    try:
        print(call())
    except (TypeError, struct.error) as e:
        print(type(e).__name__, e)
many = list(range(300))
print(max(*many), min(*many), math.gcd(*many[6::6]), math.lcm(*many[1:8]), math.hypot(*many[:4]), math.gcd(), math.hypot())
print(*many[:30], sep=",")
print(struct.pack("<300h", *many)[-4:], len(struct.pack("300h", *many)))
print(set().union(*[[i, i + 1] for i in range(12)]), {1, 2, 3}.intersection([1, 2], (2, 3)), {1}.union(), {1, 2}.difference([1], [2]))
print("{} {} {a} {}".format(1, 2, 3, a=3), "{}".format(*many[5:7]))
print(max(*"hello", key=str.upper), min(iter([5, 2])), max((i for i in many), default=None))
import re
m = re.match("(a)(b)(c)", "abc")
print(m.group(), m.group(1), m.group(1, 3), m.group(*[1, 2, 3]))
buffer = bytearray(8)
struct.Struct("<hh").pack_into(buffer, 2, 5, -1)
print(buffer, struct.Struct("<hh").pack(*[1, 2]))
print(sorted(["b", "a"], key=str), list(map(len, ["a", "bc"])), list(filter(None, [0, 1, "", "a", 2.0, 0.0, None, [], 10**30])), list(filter(len, ["", "a"])))
print(list(map(int, ["1", "2"])), list(map(abs, [-1, 2.5])), min(["bb", "a"], key=len), sorted([-2, 1], key=abs), list(map(ord, "ab")))
try:
    list(map(ord, ["ab"]))
except TypeError as e:
    print(e)
try:
    list(map(str.upper, [1]))
except TypeError as e:
    print(e)
print("%d %s|%5s|%d|%s|%d%%|%s" % (True, "é", "b", -7, S if False else 5, 10**20, "中"), "%s" % (("a",),), "%(a)s %(b)d %(a)5s" % {"a": "x", "b": 3})
for t, v in (("%d", "a"), ("%s %s", ("a",)), ("%d", (1, 2)), ("%s", ()), ("%d", 1.9), ("%d", None), ("%z", 1)):
    try:
        print(t % v)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
