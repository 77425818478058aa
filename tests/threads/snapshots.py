# args: 8 200
# Threads copy containers in all the ways there are while others change them: a copy never raises,
# and holds what was there at one moment.
import collections
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


class Shared:
    pass


class Names(dict):
    pass


class Row(list):
    pass


shared = Shared()
dicts = [{}, Names(), collections.OrderedDict(), collections.defaultdict(int), vars(shared)]
names = set()
row, own_row = [], Row()
line = collections.deque()
ways = [
    list, tuple, sorted, set, frozenset, dict.fromkeys, lambda d: [*d], lambda d: {*d}, lambda d: (*d,),
    lambda d: list(d.keys()), lambda d: {*d.keys()}, lambda d: set(d.keys()),
    lambda d: sorted(d.items()), lambda d: tuple(d.items()), lambda d: list(d.values()), lambda d: {**d},
    dict, lambda d: d | {}, lambda d: {} | d, lambda d: d.copy(), lambda d: ",".join(d),
    lambda d: (lambda *a: a)(*d), lambda d: (lambda **k: k)(**d), repr, str, lambda d: [] + list(d.keys()),
]
wrong = []
done = threading.Event()


def change(me):
    for i in range(each):
        key = f"k{me}_{i % 50}"
        for d in dicts:
            d[key] = i
        # All or nothing.
        pair = {f"p{me}a": i, f"p{me}b": i}
        for d in dicts:
            d.update(pair)
        names.add(key)
        row.append(key)
        own_row.append(key)
        line.append(key)
        if i % 3 == 0:
            for d in dicts:
                d.pop(key)
            names.discard(key)
            row.pop()
            own_row.pop()
            line.popleft()
        setattr(Shared, key, i)


def look(me):
    n = 0
    while not done.is_set() or n < 2:
        n += 1
        for d in dicts:
            for i, way in enumerate(ways):
                try:
                    made = way(d)
                except Exception as e:
                    wrong.append((type(d), i, repr(e)))
                    return
            made = dict(d)
            for i in range(count // 2):
                if made.get(f"p{i}a") != made.get(f"p{i}b"):
                    wrong.append((type(d), "half an update", made.get(f"p{i}a"), made.get(f"p{i}b")))
            if len(made) != len(list(made)):
                wrong.append((type(d), "twice"))
        for container in (names, row, own_row, line, vars(Shared)):
            for way in ways[:5]:
                try:
                    way(container)
                except Exception as e:
                    wrong.append((type(container), way, repr(e)))
                    return
        dict(vars(Shared)), line.copy(), row[:], row * 1, row + row, names | names, names.copy()


changers = [threading.Thread(target=change, args=(me,)) for me in range(count // 2)]
lookers = [threading.Thread(target=look, args=(me,)) for me in range(count // 2)]
for thread in lookers + changers:
    thread.start()
for thread in changers:
    thread.join()
done.set()
for thread in lookers:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
