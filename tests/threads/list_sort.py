# args: 4 200
# One thread sorts and reverses a list that others replace slices of: some valid list at all times.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
shared = list(range(100))
wrong = []


def work(me):
    for i in range(each):
        try:
            if me == 0:
                shared.sort(key=lambda item: -item)
            elif me == 1:
                shared.reverse()
            elif me == 2:
                shared[10:20] = range(10, 20)
            else:
                shared.extend([i % 100])
                del shared[-1:]
        except ValueError as error:
            # What CPython says as well when a list changes under its own sort.
            if "modified during sort" not in str(error):
                wrong.append(repr(error))
        for item in list(shared):
            if type(item) is not int or not 0 <= item < 100:
                wrong.append(item)


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
