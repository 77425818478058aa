d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] = 10
print(d, d["a"], d.get("z"), d.get("z", 0), "a" in d, len(d), list(d), list(d.keys()), list(d.values()), list(d.items()))
print(d.pop("b"), d.pop("z", None), d.setdefault("n", []), d.setdefault("a", 5), d.popitem(), d, d.copy() == d, d | {"x": 1}, {**d, "c": 0})
d.update({"u": 1}, v=2)
d.update([("w", 3)])
d |= {"y": 9}
del d["u"]
print(d, dict(a=1), dict([(1, 2)]), dict({"k": 1}, z=2), dict.fromkeys("ab"), dict.fromkeys([1], 0), dict(zip("ab", range(2))))
print({1: "a", 1.0: "b", True: "c"}, {(1, 2): "t"}[1, 2], {None: 1}[None], {frozenset([1]): 2}, {"a": {"b": 1}}["a"]["b"], {} == {}, {1: 2} == {1: 2.0}, {1: 1} != {1: 2})
keys, items = d.keys(), d.items()
d["new"] = 1
print("new" in keys, ("new", 1) in items, keys & {"a", "zzz"}, sorted(keys | {"b"}), keys - {"a"} == set(d) - {"a"}, keys == set(d), sorted(items ^ {("new", 1)}), keys.isdisjoint("q"), len(items), d.keys().mapping["new"])
print(list(reversed(d)), next(iter(d)), max(d), sorted(d.items(), key=lambda kv: -kv[1])[:2], [k for k in d if k > "b"])
for bad in ("{}['x']", "{[]: 1}", "{}.popitem()", "{1: 2} + {}", "dict([1])", "dict([(1, 2, 3)])", "dict(5)", "{} < {}", "{}.pop('x')", "del {}[1]", "{1: 2}.update(5)", "{} | 5"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
big = {i: i * i for i in range(1000)}
for i in range(0, 1000, 2):
    del big[i]
for i in range(2000, 2100):
    big[i] = i
print(len(big), sum(big), list(big)[:3], list(big)[-2:], 998 in big, 999 in big)
big.clear()
print(big, repr({"self": big}))
r = {}
r["r"] = r
print(r)
order = {}
for k in "cab":
    order[k] = 1
del order["a"]
order["a"] = 2
print(list(order))


class Key:
    def __init__(self, n, h):
        self.n, self.h = n, h

    def __hash__(self):
        return self.h

    def __eq__(self, o):
        return isinstance(o, Key) and self.n == o.n

    def __repr__(self):
        return f"K{self.n}"


same = {Key(i, 1): i for i in range(20)}
print(same[Key(7, 1)], len(same), same.pop(Key(3, 1)), Key(3, 1) in same, Key(4, 2) in same)


class Bad:
    def __hash__(self):
        return 1

    def __eq__(self, o):
        raise ValueError("in eq")


try:
    {Bad(): 1, Bad(): 2}
except ValueError as e:
    print(e)
from collections import ChainMap, Counter, OrderedDict, defaultdict, namedtuple
c = Counter("abracadabra")
print(c.most_common(2), c["z"], c + Counter("a"), c - Counter("aaaaaaa"), sorted(c.elements())[:3], c.total())
dd = defaultdict(list)
dd["a"].append(1)
print(dd, dd["b"], len(dd), ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])
od = OrderedDict(a=1, b=2)
od.move_to_end("a")
print(od, od.popitem(last=False), OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1))
P = namedtuple("P", "x y", defaults=[5])
p = P(1)
print(p, p.x, p._replace(x=9), p._asdict(), P._fields, p == (1, 5), P._make([3, 4]))
