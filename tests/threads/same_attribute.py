# args: 8 2000
# Threads set and delete the same attributes of one object: its dict never shows a name twice, and what is
# deleted at the end is gone.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


class Shared:
    def __init__(self):
        self.first = self.second = 0


shared = Shared()
wrong = []


def work(me):
    for i in range(each):
        shared.first = me
        shared.second = i
        try:
            if me % 2:
                del shared.first
            elif i % 3 == 0:
                del shared.second
        except AttributeError:
            pass
        names = list(vars(shared))
        if len(names) != len(set(names)):
            wrong.append(names)


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
shared.second = shared.first = 1
del shared.first
assert not hasattr(shared, "first")
assert vars(shared) == {"second": 1} and len(vars(shared)) == 1
print("OK")
