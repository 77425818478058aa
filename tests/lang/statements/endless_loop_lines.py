# Tracing comes by the line of a loop without a test each time round.
import sys

events = []
traced = None


def tracer(frame, event, arg):
    # A collection may run callbacks of weak references in between.
    if frame.f_code is not traced:
        return None
    events.append((frame.f_lineno - frame.f_code.co_firstlineno, event))
    return tracer


def show(f):
    global traced
    events.clear()
    traced = f.__code__
    sys.settrace(tracer)
    try:
        f()
    finally:
        sys.settrace(None)
    print(f.__name__, [line for line, event in events if event == "line"])


def endless():
    i = 0
    while True:
        i += 1
        if i == 3:
            break


def goes_on():
    i = 0
    while 1:
        i += 1
        if i < 3:
            continue
        return i


def one_line():
    i = iter(range(2))
    try:
        while True: next(i)
    except StopIteration:
        pass


def tested():
    i = 0
    while i < 2:
        i += 1


for f in (endless, goes_on, one_line, tested):
    show(f)
