s = list(range(10))
print(s[2:5], s[:3], s[7:], s[::3], s[::-1], s[-3:], s[8:2:-2], s[100:], s[-100:2])
print("abcdef"[1:-1:2], (1, 2, 3)[::-1], b"bytes"[1:3], range(10)[2:8:3])
s[2:4] = "xyz"
print(s)
s[::2] = [0] * len(s[::2])
print(s)
del s[1:5], s[-1]
print(s)
s[1:1] = [7, 8]
s[len(s):] = [9]
print(s)


class Show:
    def __getitem__(self, key):
        return key


show = Show()
print(show[1], show[1:2], show[:], show[::2], show[1:2, 3], show[...], show[1:2, ::3], show[()], show[*[1, 2]])
print(slice(1, 10, 3).indices(5), slice(None, None, -1).indices(4), slice(5) == slice(None, 5, None))
for bad in ("s[::0]", "s['a']", "s[1.0]", "s[50]", "s[::2] = [1]", "s[1:2] = 5", "(1,)[3]", "''[0]"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
