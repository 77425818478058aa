# skip: stress: memory runs out at other places, not all of which can say so
# skip: threads: the limit is the process's
# Memory runs out in the middle of library functions, some of which build their results outside the heap; the
# program goes on each time.
import base64
import binascii
import codecs
import gc
import hashlib
import io
import json
import math
import os
import re
import resource
import struct
import sys
import threading
import zlib


def limited(more):
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[0])
    limit = pages * resource.getpagesize() + (more << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def doubling(start, f):
    """Calls `f` with ever more."""
    def run():
        kept = start
        while True:
            f(kept)
            kept = kept + kept
    return run


def integers():
    n = 1 << 20
    while True:
        n = n * n


def waiting_threads():
    event, all = threading.Event(), []
    try:
        while True:
            thread = threading.Thread(target=event.wait)
            thread.start()
            all.append(thread)
    finally:
        event.set()
        for thread in all:
            thread.join()


def read_zeros():
    with open("/dev/zero", "rb") as f:
        f.read()


def read_much():
    with open("/dev/zero", "rb") as f:
        f.read(10**11)


def read_text():
    with open("/dev/zero") as f:
        f.read()


def string_io():
    f = io.StringIO()
    while True:
        f.write("abcdefgh" * 1000)


def formats():
    n = 1000
    while True:
        "%*d" % (n, 5), f"{5:{n}d}", "{:>{}}".format("x", n), "x".zfill(n)
        n *= 2


ways = {
    "integers": integers,
    "read_zeros": read_zeros,
    "read_much": read_much,
    "read_text": read_text,
    "string_io": string_io,
    "formats": formats,
    "join": doubling(["text" * 100], lambda all: ",".join(all)),
    "json": doubling(["text" * 100], json.dumps),
    "sub": doubling("ab cd ", lambda s: re.sub("c", "much more", s)),
    "encode": doubling("\u20acb" * 1000, lambda s: (s.encode(), s.encode("utf-16"))),
    "decode": doubling("\u20acb".encode() * 1000, bytes.decode),
    "upper": doubling("abc\xe9" * 1000, lambda s: (s.upper(), s.title(), s.casefold())),
    "translate": doubling("abc" * 1000, lambda s: s.translate({97: "xyz"})),
    "replace": doubling("ab" * 1000, lambda s: s.replace("b", "bcdefgh")),
    "repr": doubling("ab\n" * 1000, lambda s: (repr(s), ascii(s))),
    "sorted": doubling([str(i) for i in range(1000)], sorted),
    "compress": doubling(b"abc" * 10000, lambda s: zlib.decompress(zlib.compress(s, 1))),
    "base64": doubling(b"abc" * 10000, lambda s: base64.b64decode(base64.b64encode(s))),
    "compile": doubling("x = [1, 2, (3, 4), 'abc']\n" * 1000, lambda s: compile(s, "s", "exec")),
    "pack": doubling([1] * 1000, lambda all: struct.pack(f"{len(all)}Q", *all)),
    "threads": waiting_threads,
    "split": doubling("a b c ", lambda s: (s.split(), s.split(" "), s.rsplit(), s.rsplit("b"))),
    "lines": doubling("a\nb\n", lambda s: (s.splitlines(), s.encode().splitlines(True))),
    "parts": doubling(b"a b c ", lambda s: (s.split(), s.split(b" "), s.rsplit(), s.rsplit(b"b"))),
    "bytes": doubling(b"ab" * 1000, lambda s: (s.title(), s.replace(b"b", b"abb"), s.hex(), s[::2])),
    "view": doubling(b"ab" * 1000, lambda s: (memoryview(s)[::2].tobytes(), memoryview(s).tolist())),
    "to_bytes": doubling([0] * 1000, lambda all: int.from_bytes((1).to_bytes(len(all) * 8))),
    "quoted": doubling(b"=a" * 1000, lambda s: binascii.a2b_qp(binascii.b2a_qp(s))),
    "codes": doubling("b" * 1000, struct.calcsize),
    "digest": doubling([0] * 1000, lambda all: hashlib.shake_128(b"x").digest(len(all))),
    "vectors": doubling([1.0] * 1000, lambda all: math.dist(all, all)),
    "paths": doubling("/a/.." * 1000, os.path.normpath),
    "escapes": doubling(b"\\n" * 1000, lambda s: codecs.escape_encode(codecs.escape_decode(s)[0])),
    "buffers": doubling([0] * 1000, lambda all: io.BufferedReader(io.BytesIO(b"ab"), len(all) * 8).peek()),
}
sys.set_int_max_str_digits(0)
for name, way in ways.items():
    limited(48)
    try:
        way()
    except MemoryError:
        raised = "MemoryError"
    except RuntimeError:
        raised = "RuntimeError"
    gc.collect()
    print(name, raised, sum(len(str(n)) for n in range(1000)))
