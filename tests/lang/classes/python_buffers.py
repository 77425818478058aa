# Classes whose __buffer__ gives a buffer (PEP 688).
import io


class Exporter:
    def __init__(self, data):
        self.data = bytearray(data)
        self.open = 0

    def __buffer__(self, flags):
        print("buffer")
        self.open += 1
        return memoryview(self.data)

    def __release_buffer__(self, view):
        print("release", bytes(view))
        self.open -= 1


e = Exporter(b"abc")
print(bytes(e), b"-".join([b"x", e]), e.open)
with memoryview(e) as view:
    print(view.tobytes(), view.readonly, e.open)
    view[0] = 65
print(e.open, e.data)
stream = io.BytesIO()
print(stream.write(e), stream.getvalue())
print(io.BytesIO(b"xyz").readinto(e), e.data)
array = bytearray(b"1")
array += e
array.extend(e)
print(array)


class Wrong:
    def __buffer__(self, flags):
        return b"bytes"


class Raising:
    def __buffer__(self, flags):
        raise ZeroDivisionError("no buffer")


class Plain:
    def __buffer__(self, flags):
        return memoryview(b"plain")


for v in (Wrong(), Raising()):
    try:
        memoryview(v)
    except (TypeError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
print(bytes(Plain()), hash(memoryview(Plain())) == hash(b"plain"))


class Late:
    pass


Late.__buffer__ = lambda self, flags: memoryview(b"late")
print(bytes(Late()))
