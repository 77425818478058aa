# timeout: 300
# skip: threads: it forks
# Processes of the package multiprocessing, started in each way; semaphores and memory that they share.
import _multiprocessing
import multiprocessing
import os
import sys
import threading
from multiprocessing import shared_memory


def square(x):
    return x * x


def put(queue, lock):
    with lock:
        queue.put("from a process")


def show(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


def semaphores():
    name = f"/orochi-{os.getpid()}"
    s = _multiprocessing.SemLock(1, 2, 3, name, False)
    print(s.name == name, s.kind, s.maxvalue, s._count(), s._is_mine(), s._get_value(), s._is_zero())
    show(lambda: _multiprocessing.SemLock(1, 2, 3, name, False))
    print(s.acquire(), s.acquire(False), s.acquire(False), s.acquire(True, 0.01), s.acquire(timeout=-1))
    print(s._count(), s._is_mine(), s._get_value(), s._is_zero())
    again = _multiprocessing.SemLock._rebuild(s.handle, 1, 3, name)
    print(again.release(), s._get_value(), again._count())
    s.release(), s.release()
    show(s.release)
    print(s.__enter__(), s._count(), s.__exit__(), s._after_fork(), s._count())
    show(lambda: _multiprocessing.sem_unlink(name))
    show(lambda: _multiprocessing.sem_unlink(name))
    show(lambda: _multiprocessing.SemLock._rebuild(0, 1, 3, name))
    show(lambda: _multiprocessing.SemLock(2, 2, 3, name, True))
    show(lambda: _multiprocessing.SemLock(1, -2, 3, name, True))
    show(lambda: s.acquire(True, "x"))
    lock = _multiprocessing.SemLock(0, 1, 1, name, True)
    print(lock.name)
    show(lock.release)
    print(lock.acquire(), lock.acquire(), lock._count(), lock._is_mine(), lock._get_value())

    def other():
        print(lock.acquire(False), lock._is_mine())
        show(lock.release)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    print(lock.release(), lock._is_mine(), lock.release(), lock._is_mine(), lock.acquire(False))


def memory():
    s = shared_memory.SharedMemory(create=True, size=100)
    s.buf[:5] = b"hello"
    other = shared_memory.SharedMemory(s.name)
    print(bytes(other.buf[:5]))
    other.close()
    s.close()
    s.unlink()
    show(lambda: shared_memory.SharedMemory("orochi-not-there"))


def main():
    semaphores()
    memory()
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(square, range(10)), pool.apply(square, (5,)))
        queue, lock = context.Queue(), context.Lock()
        process = context.Process(target=put, args=(queue, lock))
        process.start()
        print(queue.get())
        process.join()
        print(process.exitcode)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
