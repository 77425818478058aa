# args: 4 3000
# A global is one value or the other, never a mixture; a write in one thread is seen in another.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
texts = [chr(ord("a") + me) * (7 + me) for me in range(count)]
numbers = [1.5, 10**30, 7, 2**62]
text = texts[0]
number = numbers[0]
wrong = []
done = False


def write(me):
    global text, number
    for i in range(each):
        text = texts[me]
        number = numbers[(me + i) % len(numbers)]


def read():
    while not done:
        if text not in texts or number not in numbers:
            wrong.append((text, number))


readers = [threading.Thread(target=read) for _ in range(2)]
writers = [threading.Thread(target=write, args=(me,)) for me in range(count)]
for thread in readers + writers:
    thread.start()
for thread in writers:
    thread.join()
done = True
for thread in readers:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
