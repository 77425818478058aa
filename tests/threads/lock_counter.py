# args: 8 5000
# `with lock: n += 1` loses nothing, for every kind of lock.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


def check(lock):
    n = 0

    def work():
        nonlocal n
        for _ in range(each):
            with lock:
                n += 1

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert n == count * each, (lock, n)


check(threading.Lock())
check(threading.RLock())
check(threading.Semaphore(1))
check(threading.Condition())
print("OK")
