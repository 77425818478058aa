for i in range(5):
    if i == 1:
        continue
    if i == 4:
        break
    print("for", i)
else:
    print("not reached")
for i in ():
    pass
else:
    print("else of empty for")
n = 3
while n:
    n -= 1
    print("while", n)
else:
    print("else of while")
while True:
    try:
        continue
    finally:
        print("finally on continue")
        break


def f(n):
    try:
        if n == 0:
            return "return"
        if n == 1:
            raise ValueError(n)
        for i in range(3):
            try:
                if i == n - 2:
                    break
            finally:
                print("inner", i)
        return "end"
    except ValueError as e:
        return f"except {e}"
    else:
        return "else"
    finally:
        print("outer finally", n)


for n in range(4):
    print(f(n))


def g():
    try:
        return 1
    finally:
        return 2


print(g())
for i in range(3):
    for j in range(3):
        if j == 1:
            break
    else:
        continue
    print(i, j)
pass
x = 5; y = 6; print(x, y)
if x: print("one line")
assert x == 5, "never"
try:
    assert x == 6, f"x is {x}"
except AssertionError as e:
    print("AssertionError", e)
del x
try:
    x
except NameError as e:
    print(e)
