# args: 8 1000
# Threads append to and pop from one list, others read it: what was put is what is left and taken.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = []
taken = [[] for _ in range(count)]
done = threading.Event()
wrong = []


def work(me):
    mine = taken[me]
    for i in range(each):
        shared.append(me * each + i)
        if i % 2:
            try:
                mine.append(shared.pop())
            except IndexError:
                pass


def read():
    while not done.is_set():
        for item in shared:
            if not isinstance(item, int) or not 0 <= item < count * each:
                wrong.append(item)
        copy = shared[:]
        if any(not isinstance(item, int) for item in copy):
            wrong.append(copy)
        len(shared), shared == copy, list(reversed(copy))


reader = threading.Thread(target=read)
reader.start()
threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
done.set()
reader.join()
assert not wrong, wrong[:3]
everything = shared + [item for mine in taken for item in mine]
assert sorted(everything) == list(range(count * each)), len(everything)
print("OK")
