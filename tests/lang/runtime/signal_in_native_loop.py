# skip: threads: signals belong to the main thread
# A signal that comes while a function written in native code runs is handled as soon as that returns.
import collections
import itertools
import signal
import time

handled = []
signal.signal(signal.SIGALRM, lambda *_: handled.append(time.monotonic()))


def interrupted(count):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    began = time.monotonic()
    collections.deque(itertools.repeat(None, count), maxlen=0)
    ended = time.monotonic()
    deadline = ended + 5
    while not handled and time.monotonic() < deadline:
        pass
    return ended - began > 0.1, handled.pop() - ended < 1


count = 1 << 20
while True:
    long_enough, prompt = interrupted(count)
    if long_enough:
        break
    count *= 2
print(prompt)
