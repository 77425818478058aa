# skip: threads: only a waiting main thread collects
# A pool that nobody refers to ends its threads, also if the program only waits.
import weakref
from concurrent.futures import ThreadPoolExecutor


def forget():
    pool = ThreadPoolExecutor(max_workers=3)
    results = pool.map(abs, range(-3, 3))
    threads = pool._threads
    gone = weakref.ref(pool)
    del pool
    for thread in threads:
        thread.join()
    print(list(results), gone())


forget()
