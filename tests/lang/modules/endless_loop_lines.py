# skip: threads: tracing is on for all that runs

"""The line of `while True` comes round each time."""

import sys


def loop():
    i = 0
    while True:
        i += 1
        if i == 2:
            continue
        if i > 3:
            break
    while 1: i += 1 if i < 6 else 1 // 0


lines = []


def trace(frame, event, arg):
    if frame.f_code is loop.__code__:
        lines.append((event, frame.f_lineno - loop.__code__.co_firstlineno))
    return trace


sys.settrace(trace)
try:
    loop()
except ZeroDivisionError:
    pass
sys.settrace(None)
print(lines)
