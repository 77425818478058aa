"""UTF-8 of whole texts of each width, valid and not, and the replacing of something by something as long."""
texts = ["", "a", "é", "ÿ" * 3, "résumé" * 40, "中", "中文 текст é" * 30, "\uffff", "\U0001f600", "a\U0010ffffé中" * 25, "\u0100" + "a" * 70]
for text in texts:
    data = text.encode()
    assert data.decode() == text and bytearray(data).decode() == text and memoryview(data).tobytes().decode() == text
    assert hash(data.decode()) == hash(text) and str(data, "utf-8") == text
    print(len(text), len(data), ascii(text[:5]), data[:6])
for data in (b"\xc1\x80", b"\xc3", b"\xe4\xb8", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xff", b"a\x80b",
             "中文".encode() + b"\xe4\xb8\xe4" + "é".encode(), b"\xc4\x80\x80"):
    for errors in "strict", "replace", "ignore", "surrogateescape", "backslashreplace":
        try:
            print(ascii(data.decode("utf-8", errors)), end=" ")
        except UnicodeDecodeError as e:
            print(e, end=" ")
    print()
for text in "a\ud800b", "é" * 20 + "\udfff", "\U0001f600\udc80":
    for errors in "strict", "replace", "surrogatepass", "surrogateescape":
        try:
            print(text.encode("utf-8", errors))
        except UnicodeEncodeError as e:
            print(e)
words = "the quick brown fox jumps over the lazy dog " * 3
for old, new in (("fox", "cat"), ("the", "The"), ("zzz", "yyy"), ("fox", "fox"), ("o ", " o"), (" " * 2, "xx"), ("g t", "aaa")):
    print(words.replace(old, new)[:90])
    assert words.encode().replace(old.encode(), new.encode()).decode() == words.replace(old, new) == new.join(words.split(old))
    assert bytearray(words.encode()).replace(old.encode(), new.encode()).decode() == words.replace(old, new)
    print(words.replace(old, new, 1) == words.replace(old, new), ("é" + words).replace(old, new)[:9])
print(("aaa" * 30).replace("aa", "ba")[:30], ("ab" * 40).replace("ab", "ab") == "ab" * 40)


class B(bytes):
    pass


class S(str):
    pass


b, s = B(b"ab" * 40), S("ab" * 40)
print(type(b.replace(b"xy", b"yx")), type(s.replace("xy", "yx")), type(b.replace(b"ab", b"ba")), type(s.replace("ab", "ba")))
