# args: 8 4000
"""Getters of a SimpleQueue that wait, wait for some time only, or are interrupted: each item comes out once, and nobody sleeps
beside an item."""

import os
import queue
import sys
import threading
import time
import warnings

threads, items = int(sys.argv[1]), int(sys.argv[2])
half = max(threads // 2, 1)


def hand_over():
    q = queue.SimpleQueue()
    sums, left = [0] * half, threading.Semaphore(0)

    def put(n):
        for i in range(items):
            q.put(i + 1)
            if i % 1000 == n:
                time.sleep(0.0005)

    def get(n):
        while True:
            try:
                item = q.get(timeout=0.0002 * (n + 1)) if n % 2 else q.get()
            except queue.Empty:
                continue
            if item is None:
                return
            sums[n] += item

    getters = [threading.Thread(target=get, args=(n,)) for n in range(half)]
    putters = [threading.Thread(target=put, args=(n,)) for n in range(half)]
    for thread in getters + putters:
        thread.start()
    for thread in putters:
        thread.join()
    for _ in getters:
        q.put(None)
    for thread in getters:
        thread.join()
    assert sum(sums) == half * items * (items + 1) // 2, sums


def one_at_a_time():
    """Each put finds all getters asleep, some of which have given up in between."""
    q, out = queue.SimpleQueue(), queue.SimpleQueue()

    def get(n):
        while True:
            try:
                item = q.get(timeout=0.001) if n % 2 else q.get()
            except queue.Empty:
                continue
            out.put(item)
            if item is None:
                return

    getters = [threading.Thread(target=get, args=(n,)) for n in range(threads)]
    for thread in getters:
        thread.start()
    for i in range(items // 50):
        q.put(i)
        assert out.get(timeout=60) == i
        if i % 10 == 0:
            time.sleep(0.002)
    for _ in getters:
        q.put(None)
    for thread in getters:
        thread.join()


def forked():
    """The child has none of the threads that slept."""
    q = queue.SimpleQueue()
    sleepers = [threading.Thread(target=q.get, daemon=True) for _ in range(3)]
    for thread in sleepers:
        thread.start()
    time.sleep(0.05)
    pid = os.fork()
    if not pid:
        got = []
        mine = [threading.Thread(target=lambda: got.append(q.get())) for _ in range(3)]
        for thread in mine:
            thread.start()
        time.sleep(0.05)
        for i in range(3):
            q.put(i)
        for thread in mine:
            thread.join(60)
        os._exit(sorted(got) != [0, 1, 2])
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    for _ in sleepers:
        q.put(None)
    for thread in sleepers:
        thread.join(60)
        assert not thread.is_alive()


hand_over()
one_at_a_time()
if threading.current_thread() is threading.main_thread():
    warnings.simplefilter("ignore", DeprecationWarning)
    forked()
print("OK")
