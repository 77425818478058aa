# args: 6 500
# One generator that many threads resume: each value once, and an error for whom comes in between.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


def numbers():
    for i in range(count * each):
        yield i


shared = numbers()
taken = [[] for _ in range(count)]
wrong = []


def work(me):
    while True:
        try:
            taken[me].append(next(shared))
        except StopIteration:
            return
        except ValueError as error:
            if "already executing" not in str(error):
                wrong.append(repr(error))


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
everything = [item for mine in taken for item in mine]
assert sorted(everything) == list(range(count * each)), len(everything)
for mine in taken:
    assert mine == sorted(mine)
print("OK")
