# args: 4 500
# One thread changes a class while others use it: each call finds some method that was there.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


class Base:
    def value(self):
        return 0


class Derived(Base):
    pass


wrong = []
stop = threading.Event()


def change():
    for i in range(each):
        Base.value = lambda self, i=i: i
        Derived.extra = i
        if i % 2:
            Derived.value = lambda self: -1
        else:
            Derived.value = lambda self: -2
            del Derived.value
    stop.set()


def use():
    mine = Derived()
    while not stop.is_set():
        value = mine.value()
        if not -2 <= value < each:
            wrong.append(value)
        if not 0 <= getattr(mine, "extra", 0) < each:
            wrong.append("extra")


threads = [threading.Thread(target=use) for _ in range(count - 1)] + [threading.Thread(target=change)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
