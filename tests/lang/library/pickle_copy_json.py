# skip: threads: classes are pickled by the name of the main module
import copy
import json
import pickle


class P:
    def __init__(self, x):
        self.x = x

    def __eq__(self, o):
        return self.x == o.x

    def __repr__(self):
        return f"P({self.x})"


class State:
    def __init__(self):
        self.a, self.secret = 1, "s"

    def __getstate__(self):
        return {"a": self.a}

    def __setstate__(self, state):
        self.__dict__.update(state, restored=True)


class Reduce:
    def __reduce__(self):
        return (list, ([1, 2],))


data = [1, -5, 2 ** 70, 1.5, "é", b"b", None, True, (1, 2), {"k": [1]}, {1, 2}, frozenset([3]), P(1), range(5), len, P, 1j, ..., bytearray(b"x"), slice(1, 2)]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    assert pickle.loads(pickle.dumps(data, protocol)) == data, protocol
print("round trips")
shared = []
pair = pickle.loads(pickle.dumps([shared, shared]))
print(pair[0] is pair[1])
loop = []
loop.append(loop)
loop = pickle.loads(pickle.dumps(loop))
print(loop[0] is loop, pickle.loads(pickle.dumps(State())).__dict__, pickle.loads(pickle.dumps(Reduce())), pickle.dumps([1, "a"], 0), pickle.dumps((1,), 4))
for bad in (lambda: 0, (i for i in ()), open):
    try:
        pickle.dumps(bad)
        print("pickled")
    except Exception as e:
        print(type(e).__name__)
a = [1, [2], {"k": P([3])}]
b, c = copy.copy(a), copy.deepcopy(a)
print(b[1] is a[1], c[1] is a[1], c == a, c[2]["k"].x is a[2]["k"].x, copy.copy(5), copy.deepcopy((1, [2])))
print(json.dumps({"a": [1, 2.5, None, True, "é\n\"", {"b": {}}], 1: 2, None: 3}), json.dumps("é", ensure_ascii=False), json.dumps([1, 2], separators=(",", ":")), json.dumps({"b": 1, "a": 2}, sort_keys=True))
print(json.dumps({"a": [1, {"b": []}], "c": {}}, indent=2))
print(json.loads('{"a": [1, 2.5e3, null, true, "\\u00e9\\ud83d\\ude00"], "b": {}}'), json.loads(" 5 "), json.loads("[NaN, -Infinity]"), json.loads("123456789012345678901234567890"), json.loads('{"a": 1}', object_pairs_hook=list))
for bad in ("", "{", "[1,]", "{'a': 1}", '{"a" 1}', "nul", "[1] x", '"\n"', '"\\x"', "01"):
    try:
        json.loads(bad)
        print("loaded", bad)
    except json.JSONDecodeError as e:
        print(repr(bad), "->", e)
for bad in ({1, 2}, {(1,): 2}, float("nan")):
    try:
        print(json.dumps(bad))
    except TypeError as e:
        print(e)
