# args: 8 300
# Threads add, read and delete attributes of one object: none is lost, none has another's value.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])


class Shared:
    kept = "class"


shared = Shared()
wrong = []


def check_all():
    """All attributes that are there have the value of their name."""
    for key, value in list(vars(shared).items()):
        if key.startswith("new") and value != int(key[3 : key.index("_")]):
            wrong.append((key, value))


def work(me):
    name = f"own{me}"
    for i in range(each):
        setattr(shared, name, (name, i))
        value = getattr(shared, name)
        if value != (name, i):
            wrong.append((name, i, value))
        if i % 3 == 0:
            delattr(shared, name)
            if hasattr(shared, name):
                wrong.append((name, "still there"))
        shared.common = (me, i)
        value = shared.common
        if not (0 <= value[0] < count and 0 <= value[1] < each):
            wrong.append(value)
        setattr(shared, f"new{me}_{i % 40}", me)
        if i % 64 == me:
            check_all()


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
assert shared.kept == "class"
for me in range(count):
    for i in range(min(each, 40)):
        assert getattr(shared, f"new{me}_{i}") == me
print("OK")
