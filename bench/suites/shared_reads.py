# args: 2000000 2
# Threads that read the same dict, list and object: sharing must not cost.
import sys
import threading


class Point:
    def __init__(self):
        self.x = 3


table = {"key": 5}
items = [7]
point = Point()


def work(index, times):
    total = 0
    for _ in range(times):
        total += table["key"] + items[0] + point.x
    results[index] = total


times, count = int(sys.argv[1]), int(sys.argv[2])
results = [None] * count
threads = [threading.Thread(target=work, args=(index, times)) for index in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
