# Compiled code whose globals move: the module grows, functions are defined again, names come and go.
def step(n):
    return n + 1


limit = 10


def total(n):
    s = 0
    for i in range(n):
        s += step(i) + len(WORDS) + limit
    return s


WORDS = ["a", "b"]
for round in range(12):
    seen = {total(300) for _ in range(30)}
    print(round, seen)
    for k in range(2 ** round // 2):
        globals()[f"name{round}_{k}"] = k
    if round == 3:
        def step(n):
            return n + 2
    if round == 5:
        def len(words):
            return 100
    if round == 7:
        del len
    limit += round

del limit
try:
    total(300)
except NameError as error:
    print(error)
limit = 1.5
print(total(300))

# A name that never stays.
counts = []
for n in range(200):
    def step(n, k=n % 3):
        return n + k
    counts.append(total(40))
print(sum(counts))

# One code object with many dicts of globals.
code = compile("def f(n):\n    s = 0\n    for i in range(n):\n        s += base\n    return s", "c", "exec")
spaces = []
for n in range(40):
    space = {"base": n}
    exec(code, space)
    spaces.append(space)
print(sum(space["f"](50) for _ in range(20) for space in spaces))
