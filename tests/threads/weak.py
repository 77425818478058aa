# args: 8 150
# Threads fill weak dictionaries and sets while the collector empties them: what is alive stays in.
import gc
import sys
import threading
import weakref

count, each = int(sys.argv[1]), int(sys.argv[2])


class Thing:
    pass


values, keys, things = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
kept = [[] for _ in range(count)]
called, failed = [], []


def work(me):
    try:
        for i in range(each):
            thing = Thing()
            if i % 2:
                kept[me].append(thing)
            else:
                weakref.finalize(thing, called.append, (me, i))
            values[me, i] = thing
            keys[thing] = me, i
            things.add(thing)
            if i % 20 == 0:
                assert all(value is not None for _, value in values.items())
                list(keys.items()), list(things), len(things), values.copy()
            if i % 50 == 0:
                gc.collect()
        thing = None
    except BaseException as e:
        failed.append(e)
        raise


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, failed[:3]
gc.collect()
alive = {id(thing) for row in kept for thing in row}
assert alive <= {id(thing) for thing in things}
assert alive <= {id(thing) for thing in keys}
assert all(values[me, i] is kept[me][i // 2] for me in range(count) for i in range(1, each, 2))
assert len(called) == len(set(called)) and all(i % 2 == 0 for _, i in called)
print("OK")
