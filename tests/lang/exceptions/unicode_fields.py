# Unicode errors whose fields a program has changed.
import codecs

handlers = ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass")
decode = UnicodeDecodeError("utf8", b"a", 0, 1, "why")
encode = UnicodeEncodeError("utf8", "a", 0, 1, "why")
translate = UnicodeTranslateError("a", 0, 1, "why")


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for bad in (1, "x", bytearray(b"abc"), None):
    decode.object = bad
    print(attempt(str, decode), [attempt(codecs.lookup_error(h), decode) for h in handlers[:3]])
for bad in (1, b"x", None):
    encode.object = translate.object = bad
    print(attempt(str, encode), attempt(str, translate), attempt(codecs.lookup_error("replace"), translate))
for args in (("utf8", "x", "a", 1, "why"), ("utf8", "x", 0, 1, 1), (1, b"x", 0, 1, "why"), ("utf8", "x", 0, 1, "why")):
    print(attempt(UnicodeDecodeError, *args))
print(attempt(codecs.lookup_error("surrogatepass"), UnicodeTranslateError("a", 0, 1, "why")))


class NoNames:
    def __getattr__(self, name):
        raise AttributeError


try:
    NoNames().missing
except AttributeError as e:
    print(e.name, type(e.obj).__name__)


def unbound():
    try:
        print(value)
    except UnboundLocalError as e:
        print(e, getattr(e, "name", None))
    value = 1


unbound()
