# args: 400
# Readers of a bytearray and an array that others lengthen and shorten see what was there at one moment.
import array
import sys
import threading

COUNT = int(sys.argv[1])
UNIT = b"abcdefgh"
text = bytearray(UNIT)
numbers = array.array("d", [1.5] * 8)
done = threading.Event()
wrong = []


def write():
    for i in range(COUNT):
        for _ in range(i % 5 + 1):
            text.extend(UNIT)
            numbers.extend([1.5] * 8)
        while len(text) > 8:
            del text[:8]
            del numbers[:8]
    done.set()


def read():
    while not done.is_set():
        seen = bytes(text)
        if seen != UNIT * (len(seen) // 8) or not seen:
            wrong.append(seen)
        if text[0] != UNIT[0] or text[7] != UNIT[7] or text.find(b"hab") % 8 not in (7, 8 - 1):
            wrong.append("byte")
        if numbers[0] != 1.5 or numbers[7] != 1.5 or set(numbers) != {1.5}:
            wrong.append(numbers[:])


threads = [threading.Thread(target=write)] + [threading.Thread(target=read) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(wrong[:3])
