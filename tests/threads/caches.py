# args: 8 500
# Threads call one lru_cache, cached_property and property at once: answers are right, sizes stay within bounds.
import functools
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
failed = []


def in_threads(work):
    def guarded(me):
        try:
            work(me)
        except BaseException as e:
            failed.append(e)
            raise

    threads = [threading.Thread(target=guarded, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[:3]


for size in (None, 0, 1, 16, 128):

    @functools.lru_cache(size)
    def double(n):
        return n * 2

    def work(me):
        for i in range(each):
            assert double(i * (me + 1) % 200) == i * (me + 1) % 200 * 2
            if i % 100 == 99:
                double.cache_info()
                if me == 0:
                    double.cache_clear()

    in_threads(work)
    info = double.cache_info()
    assert info.currsize <= (200 if size is None else size), info


class Thing:
    @functools.cached_property
    def made(self):
        return object()

    @property
    def once(self):
        return self.__dict__.setdefault("own", object())


things = [Thing() for _ in range(100)]
seen = [None] * count


def look(me):
    for thing in things:
        thing.made
    seen[me] = [id(thing.once) for thing in things]


in_threads(look)
assert all(row == seen[0] for row in seen)
print("OK")
