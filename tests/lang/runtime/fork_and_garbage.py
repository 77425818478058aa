# skip: threads: it forks
# Garbage is finalized once, before a fork; what other threads use is left alone in the child.
import gc
import os
import tempfile
import threading
import warnings

warnings.simplefilter("ignore")
folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "file")


class Thing:
    def __del__(self):
        with open(path, "a") as f:
            f.write("finalized\n")


def fork():
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            gc.collect()
        os._exit(0)
    print(os.waitpid(pid, 0)[1])


thing = Thing()
del thing
fork()
gc.collect()
with open(path) as f:
    print(f.read())

begun, go_on = threading.Event(), threading.Event()
used = None


def other():
    global used
    own = tempfile.TemporaryDirectory()
    used = own.name
    file = open(os.path.join(used, "file"), "w")
    file.write("text")
    begun.set()
    go_on.wait()
    file.close()
    with open(os.path.join(used, "file")) as file:
        print(file.read())
    own.cleanup()


thread = threading.Thread(target=other)
thread.start()
begun.wait()
fork()
print(os.path.exists(used))
go_on.set()
thread.join()
print(os.path.exists(used))
folder.cleanup()
