"""Line ends wherever they fall, and replacements as long as what they replace."""

BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
NONE = ["\t", "\x1f", "\x00", "\x84", "\x86", "\u2027", "\u202a"]

for end in BREAKS + NONE:
    lengths = set()
    for size in range(40):
        text = "a" * size + end + "b" * (39 - size)
        lengths.add((tuple(text.splitlines()) == (("a" * size, "b" * (39 - size)) if size < 39 else ("a" * size,)),
                     "".join(text.splitlines(True)) == text, len(text.splitlines(True))))
    print(ascii(end), sorted(lengths))
print("\r\n\n\r".splitlines(True), "a\r".splitlines(), "".splitlines(), ("x" * 15 + "\r\n" + "y").splitlines(True))

text = "one two one " * 30
for old, new in (("one", "ONE"), ("on", "no"), ("one ", "two "), ("xyz", "abc"), ("one", "one"), ("o", "0"), ("e o", "é o")):
    print(text.replace(old, new)[:24], text.replace(old, new) == new.join(text.split(old)))
data = text.encode("latin-1")
for old, new in ((b"one", b"ONE"), (b"one", b"\xff\x80\x00"), (b"xyz", b"abc"), (b"one", b"one")):
    print(data.replace(old, new)[:24], data.replace(old, new) == new.join(data.split(old)), len(data.replace(old, new)))
