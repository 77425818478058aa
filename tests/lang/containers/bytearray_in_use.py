# A bytearray does not change its size while one of its methods runs Python code.
def changing(array, result):
    class Evil:
        def __index__(self):
            array.clear()
            return result

        def __buffer__(self, flags):
            array.clear()
            return memoryview(b"b")

        def __repr__(self):
            array.clear()
            return "E"

        def __iter__(self):
            array.append(1)
            yield b"x"
            yield b"y"

    return Evil()


def attempt(name, f):
    try:
        print(name, f())
    except (BufferError, RuntimeError) as error:
        print(name, type(error).__name__, error)


for name in ("find", "rfind", "index", "rindex", "count", "split", "rsplit", "__contains__"):
    array = bytearray(b"abc")
    attempt(name, lambda: getattr(array, name)(changing(array, 98)))
    array.append(1)
    print(array)

array = bytearray(b"%a end")
attempt("%", lambda: array % changing(array, 0))
array = bytearray(b",")
attempt("join", lambda: array.join(changing(array, 0)))


class Text(bytes):
    def __len__(self):
        array.clear()
        return 1


array = bytearray(b"\xaa\xbb")
attempt("hex", lambda: array.hex(Text(b":")))
array.extend(b"more")
print(array)


class Growing:
    def __init__(self, change):
        self.change = change

    def __buffer__(self, flags):
        self.change()
        return memoryview(b"ABC")


array = bytearray(b"x" * 5)
array.extend(Growing(lambda: array.extend(b"yy")))
print(array)
array = bytearray(b"x" * 5)
array.extend(Growing(array.clear))
print(array)


class Item:
    def __init__(self, items):
        self.items = items

    def __buffer__(self, flags):
        self.items.clear()
        return memoryview(b"x")


for separator in (b"-", bytearray(b"-")):
    items = [b"a"]
    items += [Item(items), b"c"]
    attempt("join", lambda: separator.join(items))
