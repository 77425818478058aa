"""Parsing documents of several shapes."""

import json

N = 120
CHECK = 6300

FLAT = {
    "key0": 0, "key1": True, "key2": "value", "key3": "foo", "key4": "string",
    "name": "Grüße aus \"Köln\"\n", "float": 3.25, "big": 10 ** 15, "none": None,
}
NESTED = {
    "list": [FLAT, [1, 2, 3], {"a": {"b": {"c": [None, False, -1.5e-7]}}}],
    "text": "The quick brown fox jumps over the lazy dog. " * 3,
    "more": {str(i): i * i for i in range(20)},
}
TEXTS = tuple((json.dumps(document), times) for document, times in
              (({}, 200), (FLAT, 100), (NESTED, 100), ([NESTED] * 100, 1), (list(range(1000)), 5)))


def run(n):
    for _ in range(n):
        size = 0
        for text, times in TEXTS:
            for _ in range(times):
                size += len(json.loads(text))
    return size
