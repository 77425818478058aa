# args: 4 300
# Iterating over a dict that others change: an error that says so, or entries that exist; no crash.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = {i: i * i for i in range(50)}
wrong = []


def change(me):
    for i in range(each):
        key = 1000 + me * each + i
        shared[key] = key * key
        if i % 2:
            del shared[key]


def read():
    for _ in range(each):
        try:
            for key, value in shared.items():
                if value != key * key:
                    wrong.append((key, value))
        except RuntimeError as error:
            if "changed" not in str(error):
                wrong.append(repr(error))
        for key, value in shared.copy().items():
            if value != key * key:
                wrong.append((key, value))


threads = [threading.Thread(target=change, args=(me,)) for me in range(count)]
threads += [threading.Thread(target=read) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
assert all(shared[i] == i * i for i in range(50))
assert len(shared) == 50 + count * ((each + 1) // 2)
print("OK")
