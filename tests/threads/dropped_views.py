# args: 4 200
# A view that nobody refers to any more keeps nothing from being resized, whatever the other threads do meanwhile. (One in
# some hundred may: a stale word on another thread's native stack happens to point to where it lies.)
import array
import sys
import threading

count, rounds = int(sys.argv[1]), int(sys.argv[2])
kept = []


def resize():
    numbers = array.array("i", [1, 2, 3])
    assert memoryview(numbers)[1:].tolist() == [2, 3]
    try:
        numbers.append(4)
    except BufferError as error:
        kept.append(error)


def work():
    for _ in range(rounds):
        resize()


threads = [threading.Thread(target=work) for _ in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("right" if len(kept) * 20 <= count * rounds else f"{len(kept)} kept")
