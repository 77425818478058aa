# args: 8 200
# Threads sort a list of numbers while others append: no number is lost, and nobody sees the list empty.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
numbers, wrong = list(range(50)), []


def work(me):
    for i in range(each):
        if me % 2:
            numbers.append((i * count + me) * 7 % 1009)
        else:
            numbers.sort(reverse=me % 4 == 0)
        if len(numbers) < 50 or not numbers:
            wrong.append(len(numbers))
        numbers[40]


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
added = [(i * count + me) * 7 % 1009 for me in range(1, count, 2) for i in range(each)]
assert sorted(numbers) == sorted([*range(50), *added])
print("OK")
