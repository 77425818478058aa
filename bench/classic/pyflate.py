"""Bzip2 and deflate decompressed by Python: bits, prefix codes, the Burrows-Wheeler transform."""

from pathlib import Path

N = 4
CHECK = (44139, 10595, 14248)


DATA = Path(__file__).parent / "data"


def text():
    """What the files in `data` hold: words that repeat as words do, from a linear congruence."""
    state = 7
    words = []
    for i in range(9000):
        state = (state * 1103515245 + 12345) % (1 << 31)
        words.append(f"w{(state >> 16) % 97 * ((state >> 8) % 13)}" if i % 11 else "and the")
    return " ".join(words).encode()


class Bits:
    """Bits of a byte string, most significant first."""

    def __init__(self, data):
        self.data = data
        self.place = 0
        self.held = 0
        self.count = 0

    def take(self, size):
        while self.count < size:
            self.held = self.held << 8 | self.data[self.place]
            self.place += 1
            self.count += 8
        self.count -= size
        value = self.held >> self.count
        self.held &= (1 << self.count) - 1
        return value


class LittleBits:
    """Bits of a byte string, least significant first."""

    def __init__(self, data):
        self.data = data
        self.place = 0
        self.held = 0
        self.count = 0

    def take(self, size):
        while self.count < size:
            self.held |= self.data[self.place] << self.count
            self.place += 1
            self.count += 8
        value = self.held & ((1 << size) - 1)
        self.held >>= size
        self.count -= size
        return value

    def align(self):
        self.held = self.count = 0


class Codes:
    """Canonical prefix codes, given the length of each symbol's."""

    def __init__(self, lengths):
        self.symbols = {}
        code = 0
        last = 0
        for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length):
            code <<= length - last
            self.symbols[length, code] = symbol
            code += 1
            last = length

    def next(self, bits):
        code = length = 0
        symbols = self.symbols
        while True:
            code = code << 1 | bits.take(1)
            length += 1
            symbol = symbols.get((length, code))
            if symbol is not None:
                return symbol


def bunzip2(data):
    bits = Bits(data)
    if bits.take(24) != 0x425A68:
        raise ValueError("not bzip2")
    bits.take(8)
    out = bytearray()
    while bits.take(48) == 0x314159265359:
        bits.take(32)
        if bits.take(1):
            raise ValueError("randomised blocks are not made any more")
        out += block(bits)
    return bytes(out)


def block(bits):
    origin = bits.take(24)
    ranges = bits.take(16)
    used = []
    for high in range(16):
        if ranges >> (15 - high) & 1:
            marks = bits.take(16)
            used += [high * 16 + low for low in range(16) if marks >> (15 - low) & 1]
    groups = bits.take(3)
    recent = list(range(groups))
    selectors = []
    for _ in range(bits.take(15)):
        index = 0
        while bits.take(1):
            index += 1
        recent.insert(0, recent.pop(index))
        selectors.append(recent[0])
    tables = []
    for _ in range(groups):
        length = bits.take(5)
        lengths = []
        for _ in range(len(used) + 2):
            while bits.take(1):
                length += -1 if bits.take(1) else 1
            lengths.append(length)
        tables.append(Codes(lengths))
    return unrun(untransform(symbols(bits, tables, selectors, used), origin))


def symbols(bits, tables, selectors, used):
    """The bytes before the transform was undone: runs of the front symbol, else move to front."""
    end = len(used) + 1
    front = list(used)
    out = bytearray()
    run = 0
    weight = 1
    for selector in selectors:
        table = tables[selector]
        for _ in range(50):
            symbol = table.next(bits)
            if symbol <= 1:
                run += weight << symbol
                weight <<= 1
                continue
            if run:
                out += bytes((front[0],)) * run
                run = 0
                weight = 1
            if symbol == end:
                return out
            value = front.pop(symbol - 1)
            front.insert(0, value)
            out.append(value)
    raise ValueError("a block without end")


def untransform(last, origin):
    counts = [0] * 256
    for value in last:
        counts[value] += 1
    starts = []
    total = 0
    for count in counts:
        starts.append(total)
        total += count
    links = [0] * len(last)
    for index, value in enumerate(last):
        links[starts[value]] = index
        starts[value] += 1
    out = bytearray()
    at = links[origin]
    for _ in range(len(last)):
        out.append(last[at])
        at = links[at]
    return out


def unrun(data):
    """Four equal bytes are followed by how many more there are."""
    out = bytearray()
    count = 0
    last = -1
    for value in data:
        if count == 4:
            out += bytes((last,)) * value
            count = 0
            last = -1
            continue
        count = count + 1 if value == last else 1
        last = value
        out.append(value)
    return out


ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


def extra(first, groups, step):
    """Base values and extra bits of lengths or distances: the bits grow by one every `step` codes."""
    table = []
    value = first
    for index in range(groups):
        size = max(0, index // step - 1)
        table.append((value, size))
        value += 1 << size
    return table


LENGTHS = extra(3, 28, 4) + [(258, 0)]
DISTANCES = extra(1, 30, 2)


def inflate(data):
    """A zlib stream; its checksum is left to the caller."""
    bits = LittleBits(data)
    bits.take(16)
    out = bytearray()
    final = 0
    while not final:
        final = bits.take(1)
        kind = bits.take(2)
        if kind == 0:
            bits.align()
            size = bits.take(16)
            bits.take(16)
            for _ in range(size):
                out.append(bits.take(8))
            continue
        if kind == 1:
            literals = Codes([8] * 144 + [9] * 112 + [7] * 24 + [8] * 8)
            distances = Codes([5] * 30)
        else:
            literals, distances = read_codes(bits)
        while True:
            symbol = literals.next(bits)
            if symbol < 256:
                out.append(symbol)
            elif symbol == 256:
                break
            else:
                base, size = LENGTHS[symbol - 257]
                length = base + bits.take(size)
                base, size = DISTANCES[distances.next(bits)]
                start = len(out) - base - bits.take(size)
                for index in range(start, start + length):
                    out.append(out[index])
    return bytes(out)


def read_codes(bits):
    literals = bits.take(5) + 257
    distances = bits.take(5) + 1
    count = bits.take(4) + 4
    lengths = [0] * 19
    for symbol in ORDER[:count]:
        lengths[symbol] = bits.take(3)
    codes = Codes(lengths)
    lengths = []
    while len(lengths) < literals + distances:
        symbol = codes.next(bits)
        if symbol < 16:
            lengths.append(symbol)
        elif symbol == 16:
            lengths += lengths[-1:] * (3 + bits.take(2))
        elif symbol == 17:
            lengths += [0] * (3 + bits.take(3))
        else:
            lengths += [0] * (11 + bits.take(7))
    return Codes(lengths[:literals]), Codes(lengths[literals:])


def run(n):
    plain = text()
    first = (DATA / "words.bz2").read_bytes()
    second = (DATA / "words.zlib").read_bytes()
    for _ in range(n):
        if bunzip2(first) != plain or inflate(second) != plain:
            raise RuntimeError("what was compressed came back different")
    return len(plain), len(first), len(second)
