# A child forked by another thread than the main one ends with its last Python thread, whatever else it has started.
# skip: threads: it counts the threads of the process
import os
import threading
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)


def late():
    time.sleep(0.1)
    print("late", flush=True)


def compiled():
    total = 0
    for i in range(1_000_000):
        total += i & 3
    return total


def work():
    pid = os.fork()
    if pid == 0:
        compiled()
        threading.Thread(target=late).start()
        print("the leader ends", flush=True)
        return
    print(os.waitpid(pid, 0)[1])


worker = threading.Thread(target=work)
worker.start()
worker.join()
