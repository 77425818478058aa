# Joining pieces of all widths, and translating by tables of all kinds.
class Sub(str):
    pass


pieces = ["a", "é", "Ω", "\U0001f600", "", Sub("sub")]
for sep in ("", "-", "ü", "→", "\U0001f601"):
    for count in range(len(pieces) + 1):
        text = sep.join(pieces[:count])
        print(ascii(text), len(text), type(text) is str)
print(type(", ".join([Sub("x")])), ", ".join(iter("abc")), ", ".join({"k": 1}))
for bad in ([1], ["a", b"b"], 5, [None, "x"]):
    try:
        "".join(bad)
    except TypeError as e:
        print(e)

class Missing(dict):
    def __missing__(self, key):
        return chr(key).upper() if key % 2 else None


class Rows:
    def __getitem__(self, key):
        if key > 200:
            raise IndexError
        if key == ord("z"):
            raise KeyError
        return key + 1


asked = []


class Asked(dict):
    def __getitem__(self, key):
        asked.append(chr(key))
        raise LookupError


table = str.maketrans("abc", "xéΩ", "d")
table[ord("e")] = "long text Ω"
table[ord("f")] = None
table[ord("Ω")] = "omega"
text = "abcdefg abcdefg Ω Ω z\U0001f600"
for each in (table, Missing(), Rows(), Missing(table), ["x"] * 100, {}):
    print(ascii(text.translate(each)))
print("banana".translate(Asked()), asked)
for bad in ({97: 1.5}, {97: 0x110000}, {97: -1}, {97: b"x"}):
    try:
        "banana".translate(bad)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
