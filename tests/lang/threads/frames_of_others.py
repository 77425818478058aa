# The frames and exceptions of other threads, as `sys._current_frames` shows them.
import sys
import threading
import traceback

inside, leave = threading.Event(), threading.Event()
known = []


def outer(depth):
    if depth:
        outer(depth - 1)
    else:
        inner()


def inner():
    known.append(threading.get_ident())
    try:
        raise ValueError("seen elsewhere")
    except ValueError:
        inside.set()
        leave.wait()


def names(frame):
    found = [(entry.name, entry.line) for entry in traceback.extract_stack(frame)]
    start = [name for name, _ in found].index("outer")
    return found[start:][:5]


thread = threading.Thread(target=outer, args=(3,))
thread.start()
inside.wait()
try:
    frames = sys._current_frames()
    print(frames[threading.get_ident()] is sys._getframe())
    frame = frames[known[0]]
    for name, line in names(frame):
        print(name, line if name == "outer" else "...")
    while frame.f_code is not inner.__code__:
        frame = frame.f_back
    print(frame.f_code is inner.__code__, frame.f_globals is globals(), frame.f_back.f_code is outer.__code__)
    print(frame.f_lineno >= inner.__code__.co_firstlineno, frame.f_lineno <= inner.__code__.co_firstlineno + 6)

    error = sys._current_exceptions()[known[0]]
    print(repr(error), sys._current_exceptions()[threading.get_ident()])
    running = error.__traceback__.tb_frame
    print([name for name, _ in names(running)], running.f_back.f_code.co_name)
    print(inner.__code__.co_firstlineno < running.f_lineno <= inner.__code__.co_firstlineno + 6)
finally:
    leave.set()
    thread.join()

# Threads that come and go meanwhile.
stop = threading.Event()


def busy():
    while not stop.is_set():
        sorted(range(100), key=lambda n: -n)


threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(50):
    for frame in sys._current_frames().values():
        while frame is not None:
            frame.f_lineno, frame.f_code, frame.f_locals
            frame = frame.f_back
stop.set()
for thread in threads:
    thread.join()
print("done")
