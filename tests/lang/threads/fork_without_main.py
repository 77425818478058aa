# A child forked by another thread than the main one knows of no lost main thread.
# skip: threads: it counts the threads of the process
import os
import sys
import threading
import warnings
import _thread

warnings.simplefilter("ignore", DeprecationWarning)


def fork(lock):
    pid = os.fork()
    if pid == 0:
        print([thread.name for thread in threading._dangling], threading.current_thread() is threading.main_thread())
        sys.stdout.flush()
        os._exit(0)
    print(os.waitpid(pid, 0)[1])
    lock.release()


lock = _thread.allocate_lock()
lock.acquire()
_thread.start_new_thread(fork, (lock,))
lock.acquire()
