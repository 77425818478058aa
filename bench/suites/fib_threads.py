# args: 32 2
# The same work in each of several threads: with as many processors, the time of one.
import sys
import threading


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def work(index, n):
    results[index] = fib(n)


n, count = int(sys.argv[1]), int(sys.argv[2])
results = [None] * count
threads = [threading.Thread(target=work, args=(index, n)) for index in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
