# skip: threads: another thread's stale words may keep a view, see threads/dropped_views
# Views that nobody refers to any more do not keep what they show from being closed or resized.
import array
import mmap


def closes():
    m = mmap.mmap(-1, 100)
    m[:5] = b"hello"
    print(bytes(memoryview(m)[:5]))
    m.close()
    print(m.closed)


def resizes():
    a = array.array("i", [1, 2, 3])
    print(memoryview(a)[1:].tolist())
    a.append(4)
    print(a)


closes()
resizes()
m = mmap.mmap(-1, 100)
view = memoryview(m)
part = view[:10]
view.release()
try:
    m.close()
except BufferError as error:
    print(error)
part.release()
m.close()
a = array.array("b", b"abc")
view = memoryview(a)
try:
    a.append(1)
except BufferError as error:
    print(error)
view.release()
a.append(1)
print(a)
