# Text that grows at its end, piece by piece: what was there before stays what it was.
texts = ["", "a" * 600, "\u20ac" * 300, "\U0001f600" * 200]
for start in texts:
    for piece in "x", "yz" * 40, "\xe9", "\u20ac", "\U0001f600":
        text, kept = start, []
        for i in range(300):
            text += piece
            if i % 50 == 0:
                kept.append((i, text))
        assert all(kept_text == start + piece * (i + 1) for i, kept_text in kept)
        assert text == start + piece * 300 and hash(text) == hash(start + piece * 300)
        assert len(text) == len(start) + 300 * len(piece) and text.isascii() == (start + piece).isascii()
        print(len(text), text[-3:].encode("unicode_escape").decode(), text.count(piece), {text: 1}[start + piece * 300])

# One text, two futures.
base = "b" * 2000
base += "c"
base += "d"
left, right = base + "left", base + "right"
more_left, more_right = left + "!", right + "?"
print(base[-3:], left[-6:], right[-6:], more_left[-6:], more_right[-6:])
twice = more_left + more_left
print(len(twice), twice == more_left * 2, twice.split("!")[1] == left)


class Own(str):
    pass


own = Own("o" * 1000)
for _ in range(5):
    own = own + "p"
print(type(own).__name__, len(own), own[-6:], own.upper()[-6:], repr(own)[-4:], own.encode()[-3:])
import sys
word = "name" * 200
for part in "_a", "_b", "_c":
    word += part
print(sys.intern(word) is sys.intern("name" * 200 + "_a_b_c"), getattr(type("T", (), {word: 3}), word))
