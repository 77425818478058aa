# Encodings of Chinese, Japanese and Korean text: samples of each, errors, pieces, state, streams.
import codecs
import io

TEXT = {
    "gb2312": "\u4e2d\u6587, abc", "gbk": "\u4e2d\u6587\u9f8d", "gb18030": "\u4e2d\u20ac\U0001f600\xe9",
    "hz": "a~\u4e2d\u6587\nb", "big5": "\u4e2d\u6587", "cp950": "\u4e2d\u6587", "big5hkscs": "\u4e2d\xca\u0304\xca",
    "euc_jp": "\u65e5\u672c\u8a9e\uff71\u4e02", "euc_jis_2004": "\u65e5\u304b\u309a\u304b", "euc_jisx0213": "\u65e5\u672c",
    "shift_jis": "\u65e5\u672c\u8a9e\uff71", "cp932": "\u65e5\u2460\u2252", "shift_jis_2004": "\u65e5\u304b\u309a",
    "shift_jisx0213": "\u65e5\u672c", "euc_kr": "\ud55c\uad6d\uc5b4\ub6e2", "cp949": "\ud55c\uad6d\ub6e2",
    "johab": "\ud55c\uad6d\uc5b4", "iso2022_jp": "a\u65e5\u672c b", "iso2022_jp_1": "\u4e02\u65e5",
    "iso2022_jp_2": "\u65e5\xe9\u03b1\ud55c\u4e2a", "iso2022_jp_2004": "\u65e5\u304b\u309a\U0002000b",
    "iso2022_jp_3": "\u65e5\u304b\u309a", "iso2022_jp_ext": "\u65e5\uff71", "iso2022_kr": "a\ud55c\uad6d b",
}

for name, text in TEXT.items():
    data = text.encode(name)
    print(name, data, data.decode(name) == text)
    encoder = codecs.getincrementalencoder(name)()
    pieces = [encoder.encode(c) for c in text] + [encoder.encode("", True)]
    print("  ", b"".join(pieces) == data)
    decoder = codecs.getincrementaldecoder(name)()
    pieces = [decoder.decode(data[i:i + 1]) for i in range(len(data))] + [decoder.decode(b"", True)]
    print("  ", "".join(pieces) == text)
    for errors in ("strict", "replace", "ignore", "xmlcharrefreplace", "backslashreplace"):
        try:
            print("  ", errors, "a\u0e01b".encode(name, errors))
        except UnicodeEncodeError as e:
            print("  ", errors, e)
    for broken in (b"a\xffb", b"a\x81", b"\x8f\xa1", b"\x1b$Xab", b"a\x1b$"):
        for errors in ("strict", "replace", "backslashreplace"):
            try:
                print("  ", broken, errors, ascii(broken.decode(name, errors)))
            except UnicodeDecodeError as e:
                print("  ", broken, errors, e)

codecs.register_error("test.back", lambda e: ("?", -1) if e.end < 4 else ("!", e.end))
print("ab\u0e01cd".encode("gbk", "test.back"))
codecs.register_error("test.bytes", lambda e: (b"\xff\xfe", e.end))
print("ab\u0e01cd".encode("gbk", "test.bytes"))
codecs.register_error("test.far", lambda e: ("?", 99))
codecs.register_error("test.odd", lambda e: "?")
for errors in ("test.far", "test.odd"):
    for convert in (lambda: "\u0e01".encode("gbk", errors), lambda: b"\xff\xff".decode("gbk", errors)):
        try:
            convert()
        except (IndexError, TypeError) as e:
            print(type(e).__name__, e)

decoder = codecs.getincrementaldecoder("shift_jis")()
print(decoder.decode(b"\x93"), decoder.getstate()[0])
state = decoder.getstate()
print(decoder.decode(b"\xfa"), decoder.getstate())
decoder.setstate(state)
print(decoder.decode(b"\xfa\x96"), decoder.decode(b"\x7b"))

reader = codecs.getreader("euc_jp")(io.BytesIO("\u65e5\u672c\n\u8a9e\n".encode("euc_jp")))
print(ascii(reader.readline()), ascii(reader.read(1)), reader.readlines())
stream = io.BytesIO()
writer = codecs.getwriter("iso2022_jp")(stream)
writer.write("\u65e5")
writer.writelines(["\u672c", "a"])
writer.reset()
print(stream.getvalue())
with io.TextIOWrapper(io.BytesIO("\u65e5\n\u672c".encode("cp932")), encoding="cp932") as lines:
    print([ascii(line) for line in lines])
try:
    codecs.lookup("gbk").encode(5)
except TypeError as e:
    print(e)
