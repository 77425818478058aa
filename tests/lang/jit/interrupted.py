# skip: threads: signals reach the main thread
# A signal in a compiled loop: it comes from the jump that closes the loop, and a handler around no more than that has it.
import signal
import time


def interrupt(signum, frame):
    raise ValueError("in time")


def spins():
    try:
        while True: pass
    except ValueError as error:
        return error


def counts():
    n = 0
    try:
        while n >= 0:
            n += 1
    except ValueError as error:
        return error


signal.signal(signal.SIGALRM, interrupt)
for loop in spins, counts:
    for _ in range(2):
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        error = loop()
        entry = error.__traceback__
        line = entry.tb_lineno - loop.__code__.co_firstlineno
        print(error, line if loop is spins else line in (3, 4))
