l = [3, 1, 2]
l.append(5)
l.extend([4, 4])
l.insert(1, 9)
l.insert(-1, 8)
l.insert(100, 7)
print(l, l.pop(), l.pop(0), l.index(4), l.count(4), l.remove(4), l, len(l))
l.sort()
print(l, sorted(l, reverse=True), l.reverse(), l, l.copy() == l, l.copy() is l, l * 2, l + [1], [1, 2] < [1, 3], [1] < [1, 0], [] < [0])
l.sort(key=lambda x: -x % 4)
print(l, [(1, "b"), (0, "a")].sort(), max([1, 5, 3]), sum([[1], [2]], []), list("abc"), list(range(3)), [None] * 3, [[]] * 2)
l[1:3] = []
l += (1, 2)
l *= 2
print(l, 1 in l, 100 in l, l[-1], l[::-2], l == list(l))
l.clear()
print(l, bool(l), repr([l, [l]]), [1, [2, [3]]])
r = [1]
r.append(r)
print(r, r == r, [[...]])
stable = sorted([("b", 2), ("a", 2), ("c", 1)], key=lambda p: p[1])
print(stable, sorted("hello"), sorted([3, 1, 2], key=lambda x: -x), sorted([True, 0, 2.5]), sorted({"b": 1, "a": 2}))
for bad in ("[].pop()", "[1].remove(2)", "[1].index(2)", "[][0]", "[1, 'a'].sort()", "[1] + (1,)", "[1] < 5", "[].extend(5)", "[1] * 'a'", "[1].pop(5)", "[1, 2, 3].index(3, 0, 1)", "hash([])", "[1].sort(5)", "[1, 2][1, 2]", "list(5)", "[0] * (1 << 62)"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
big = list(range(1000))
del big[::2]
del big[10:480]
print(big, sum(big))
big[::3] = [0] * len(big[::3])
print(big)


class Evil:
    def __eq__(self, other):
        target.clear()
        return False


target = [Evil(), 1, 2]
print(1 in target, target)
t = (1, 2, 3)
print(t + (4,), t * 2, t[1:], t.index(2), t.count(1), (1,), (), tuple("ab"), t == (1, 2, 3), hash(t) == hash((1, 2, 3)), t < (1, 2, 4), (1, [2]), max(t), 2 in t, *t)
try:
    t[0] = 1
except TypeError as e:
    print(e)
a = (1, [2])
try:
    a[1] += [3]
except TypeError as e:
    print(e, a)
from collections import deque
d = deque([1, 2, 3], maxlen=4)
d.append(4); d.append(5); d.appendleft(0); d.rotate(1)
print(d, d.popleft(), d.pop(), d[0], len(d), list(reversed(d)), 2 in d, d.maxlen, d == deque(d))
import bisect, heapq, array
print(bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3), heapq.nsmallest(2, [3, 1, 2]), array.array("i", [1, 2, 3]), array.array("d", [1.5]).tolist())
h = []
for x in (5, 1, 4, 2, 3):
    heapq.heappush(h, x)
print([heapq.heappop(h) for _ in range(5)], list(heapq.merge([1, 4], [2, 3])))
