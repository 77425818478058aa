# args: 4 300
# One thread changes a class, a global or the class of an instance; whoever passes the barrier after it finds what is
# new, whatever it found in the same places before.
import sys
import threading

count, rounds = int(sys.argv[1]), int(sys.argv[2])


class Base:
    number = 0

    def method(self):
        return 0

    @property
    def getter(self):
        return 0

    def __len__(self):
        return 0


class Derived(Base):
    pass


class Slow(Derived):
    def __getattr__(self, name):
        return -1


class Even:
    kind = 0


class Odd:
    kind = 1


setting = 0
objects = [Derived(), Slow(), Base()]
changing = Even()
wrong = []
begin, end = threading.Barrier(count), threading.Barrier(count)


def found(o):
    return o.number, o.method(), o.getter, len(o), type(o).number, getattr(o, "number")


def change(n):
    global setting
    Base.number = n
    Base.method = lambda self: n
    Base.getter = property(lambda self: n)
    Base.__len__ = lambda self: n
    setting = n
    changing.__class__ = Odd if n % 2 else Even


def look(n):
    for _ in range(3):
        for o in objects:
            if found(o) != (n,) * 6:
                wrong.append((n, found(o)))
        if setting != n or changing.kind != n % 2:
            wrong.append((n, setting, changing.kind))


def work(me):
    for n in range(1, rounds):
        if me == n % count:
            change(n)
        begin.wait()
        look(n)
        end.wait()


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
