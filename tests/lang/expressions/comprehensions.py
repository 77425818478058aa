print([x * y for x in range(3) for y in range(x)], [x for x in range(20) if x % 2 if x % 3])
print({x: x ** 2 for x in range(4)}, sorted({c.lower() for c in "aAbB"}), list(x for x in "ab"))
print([[j for j in range(i)] for i in range(4)])
x = "outer"
print([x for x in range(3)], x)
print([lambda: i for i in range(3)][0](), [f() for f in [lambda i=i: i for i in range(3)]])


class C:
    n = 3
    items = [n for n in range(3)]
    first = [i for i in range(n)]


print(C.items, C.first, C.n)
def f():
    y = 5
    return [y + z for z in range(3)], locals()
print(f())
gen = (print("lazy", i) or i for i in range(2))
print("made")
print(list(gen))
def outer(): 
    total = 0
    [total := total + v for v in (1, 2, 3)]
    return total
print(outer())
try:
    [1 / v for v in (1, 0)]
except ZeroDivisionError as e:
    print("error", e)
print([(a, b) for a, *b in [(1, 2, 3), "xyz"]], {k: v for k, v in zip("ab", (1, 2))})
print([e for e in (i for i in range(3))], sum(i for i in range(101)), max((i % 7 for i in range(20)), default=0))
