"""A fork waits for other threads' imports: the child has whole modules."""

import _imp
import os
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")


def import_slowly(started):
    _imp.acquire_lock()
    sys.modules["slow"] = "a part"
    started.set()
    time.sleep(0.01)
    sys.modules["slow"] = "whole"
    _imp.release_lock()


whole = 0
for _ in range(20):
    started = threading.Event()
    thread = threading.Thread(target=import_slowly, args=(started,))
    thread.start()
    started.wait()
    child = os.fork()
    if child == 0:
        os._exit(0 if sys.modules["slow"] == "whole" else 1)
    whole += os.waitpid(child, 0)[1] == 0
    thread.join()
print(whole, _imp.lock_held())
