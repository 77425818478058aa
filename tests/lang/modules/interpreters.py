# skip: threads: it counts queues
# The main interpreter is the only one here; queues work all the same. What CPython can do besides, making
# interpreters, is not printed.
import _interpreters
import pickle
import queue
from concurrent import interpreters


def show(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__module__, type(error).__name__, str(error).split(" at 0x")[0])


main = interpreters.get_main()
show(lambda: (main, main.id, main.whence, main.is_running()))
show(lambda: interpreters.get_current() is main)
show(interpreters.list_all)
show(lambda: main.exec("1"))
show(main.close)
show(lambda: main.prepare_main(a=1))
show(lambda: main.call(print))
show(lambda: interpreters.Interpreter(9).id)
show(lambda: interpreters.Interpreter("9"))
show(lambda: pickle.loads(pickle.dumps(main)) is main)
show(lambda: _interpreters.exec(0, "1"))
show(lambda: _interpreters.exec(0, "def"))
show(lambda: _interpreters.exec(0, 1))
show(lambda: _interpreters.destroy(0))
show(lambda: _interpreters.destroy(-1))
show(lambda: _interpreters.destroy("x"))
show(lambda: _interpreters.create("bad"))
show(lambda: _interpreters.new_config("empty", gil="own"))
show(lambda: _interpreters.new_config("isolated", gil="x"))
show(lambda: _interpreters.new_config(more=1))
try:
    {}["a"]
except KeyError as error:
    print(_interpreters.capture_exception(error).formatted, _interpreters.capture_exception())
for value in (1, "a", b"x", None, 1.5, True, 1 << 80, (1, []), 1j, [], object, len, bytearray(), ...):
    print(value, interpreters.is_shareable(value))

q = interpreters.create_queue(2)
show(lambda: (q.maxsize, q.qsize(), q.empty(), q.full()))
items = [1, [2]]
show(lambda: (q.put(items), q.put_nowait((1, 2)), q.full()))
show(lambda: q.put_nowait(3))
copy = q.get()
print(copy, copy is items, copy[1] is items[1], q.get_nowait())
show(q.get_nowait)
show(lambda: q.get(timeout=0))
print(issubclass(interpreters.QueueEmpty, queue.Empty), issubclass(interpreters.QueueFull, queue.Full))
data = bytearray(b"abc")
q.put(memoryview(data))
shared = q.get()
shared[0] = 120
print(data, shared.tobytes())
q.put(q)
print(q.get() is q, interpreters.is_shareable(q))
show(lambda: q.put((i for i in ())))
show(lambda: interpreters.Queue(10**6))
show(lambda: interpreters.create_queue("a"))
