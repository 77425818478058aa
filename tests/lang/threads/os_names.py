# What the system is told of a thread's name: fifteen bytes at most, and `?` for what cannot be encoded.
import threading
import _thread

for name in ["plain", "a\udcff", "\ud800b", "\ufffd", "é" * 20, "a\0b", "x" * 40, "\U0001f600" * 4]:
    found = []
    thread = threading.Thread(target=lambda: found.append(_thread._get_name()), name=name)
    thread.start()
    thread.join()
    print(ascii(name), ascii(found[0]))
