# Plain data is pickled natively, and to the same bytes as CPython does it.
import pickle
import types

shared = ["s", ("t", 1)]
loop = [1, 2]
loop.append(loop)
samples = [
    None, True, 0, 255, 256, 65535, 65536, -1, -2**31, 2**31, -2**31 - 1, 2**63, -2**63, 2**64, 2**2040, -2**2039, 1.5, float("inf"), "", "a", "\xe9\u4e2d\U0001f600", "x" * 256,
    b"", b"a" * 300, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], {}, {"a": 1}, {"a": 1, "b": [2]}, {5}, frozenset([7]), [shared, shared], {"k": shared, "l": shared},
    list(range(1001)), dict.fromkeys(range(1000)), bytearray(b"ab"), ["long" * 20000, b"b" * 70000, 3], [["n", i] for i in range(9000)],
]
for sample in samples:
    for protocol in (4, 5):
        data = pickle.dumps(sample, protocol)
        assert pickle.loads(data) == sample, sample
        assert pickle.loads(pickle._dumps(sample, protocol)) == sample
        assert pickle._loads(data) == sample
        print(len(data), data[:40] if len(data) < 400 else data[9:20], end=" ")
    print()
again = pickle.loads(pickle.dumps(loop))
print(again[2] is again, pickle.dumps(loop))
again = pickle.loads(pickle.dumps([shared, shared]))
print(again[0] is again[1])
tuple_loop = ([],)
tuple_loop[0].append(tuple_loop)
print(pickle.dumps(tuple_loop), pickle.loads(pickle.dumps(tuple_loop))[0][0][0] is not None)
for wrong in (b"", b"\x80\x04", b"\x80\x04K", b"\x80\x04].", b"\x80\x04a.", b"\x80\x04(.", b"\x80\x04\x94.", b"\x80\x04h\x05.", b"\x80\x04}(K\x01u.", b"\x80\x09N.", b"\x80\x04]}s.", "text"):
    try:
        print(pickle.loads(wrong))
    except Exception as error:
        print(type(error).__name__)
print(pickle.loads(pickle.dumps(types.SimpleNamespace(a=[1]))))
