"""Deep copies of nested lists and dicts, of a dataclass and of an object that says how to be reduced."""

from copy import deepcopy
from dataclasses import dataclass

N = 40
CHECK = 5178


@dataclass
class Leaf:
    values: list
    text: str
    number: int


class Reduced:
    def __init__(self, state):
        self.state = state

    def __reduce__(self):
        return rebuilt, (self.state,)


def rebuilt(state):
    return Reduced(state)


def documents():
    plain = {
        "list": [1, 2, 3, 43],
        "t": (1, 2, 3),
        "str": "hello",
        "subdict": {"a": True, "b": [[], (1, [2]), {"c": None}]},
    }
    leaf = Leaf([1, 2, "three"], "text", 5)
    return plain, leaf, Reduced({"more": [1, 2]})


def once():
    plain, leaf, reduced = documents()
    size = 0
    for i in range(30):
        plain["list"].append([i])
        copied = deepcopy(plain)
        copied["list"].append(None)
        size += len(copied["list"]) + copied["subdict"]["b"][1][1][0]
        for _ in range(10):
            leaf = deepcopy(leaf)
            leaf.values.append(i)
            reduced = deepcopy(reduced)
            reduced.state["more"].append(i)
            size += 1
            if len(leaf.values) > 12:
                size += len(leaf.values) + len(reduced.state["more"])
                del leaf.values[3:], reduced.state["more"][2:]
    return size * 3 + len(leaf.values)


def run(n):
    for _ in range(n):
        result = once()
    return result
