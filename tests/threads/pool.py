# skip: threads: it counts the threads of the process
# args: 8 500
# A pool of threads: results in order, exceptions where they belong, callbacks once.
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

count, each = int(sys.argv[1]), int(sys.argv[2])


def square(n):
    if n % 50 == 49:
        raise ValueError(n)
    return n * n


with ThreadPoolExecutor(count) as pool:
    assert list(pool.map(abs, range(-each, 0))) == list(range(each, 0, -1))
    futures = [pool.submit(square, n) for n in range(each)]
    called = []
    for future in futures:
        future.add_done_callback(called.append)
    done, waiting = wait(futures)
    assert len(done) == each and not waiting
    for n, future in enumerate(futures):
        if n % 50 == 49:
            assert isinstance(future.exception(), ValueError) and future.exception().args == (n,)
        else:
            assert future.result() == n * n
    assert len(set(as_completed(futures))) == each
assert len(called) == each, len(called)
assert threading.active_count() == 1
print("OK")
