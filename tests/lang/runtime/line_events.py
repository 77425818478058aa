# Line events: statements without code of their own, ways out of blocks, implicit returns.
import sys


def trace(f, *args):
    events, first = [], f.__code__.co_firstlineno

    def local(frame, event, arg):
        if frame.f_code is f.__code__:
            events.append((frame.f_lineno - first, event))
            return local

    sys.settrace(local)
    try:
        f(*args)
    except Exception as e:
        events.append(type(e).__name__)
    finally:
        sys.settrace(None)
    print(f.__name__, events)


def leading_pass():
    pass
    pass


def constant_tests():
    while 0:
        x = 1
    if False:
        x = 2
    else:
        x = 3
    while True:
        break


def nested_breaks(true=1):
    while true:
        while true:
            break
        break


def continues(n=2):
    for i in range(n):
        if i:
            continue
        i += 1


def through_finally():
    for i in (1, 2):
        try:
            if i == 2:
                break
            continue
        finally:
            i = 3


def return_through_finally():
    try:
        return 2
    finally:
        4


def bare_except():
    try:
        1 / 0
    except ValueError:
        pass
    except:
        pass


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def break_in_with():
    for i in (1, 2):
        with Manager():
            break
    pass


def wildcard(x):
    match x:
        case 1:
            return "one"
        case _:
            return "other"


def decorated_class():
    def same(c):
        return c

    @same
    @same
    class C:
        x = 1


def one_branch(x):
    if x:
        x = 2


for function in (leading_pass, constant_tests, nested_breaks, continues, through_finally, return_through_finally, bare_except, break_in_with, decorated_class):
    trace(function)
trace(wildcard, 1)
trace(wildcard, 2)
trace(one_branch, 0)
trace(one_branch, 1)


def ended(f):
    try:
        f()
    except Exception as e:
        frame = e.__traceback__.tb_next.tb_frame
        print(f.__name__, frame.f_lineno - f.__code__.co_firstlineno)


def in_named():
    try:
        1 / 0
    except Exception as e:
        1 / 0
        pass


def in_with():
    with Manager():
        1 / 0


for function in (in_named, in_with):
    ended(function)


def frame_of_return(x):
    global kept
    kept = sys._getframe()
    if x:
        x = 1
    else:
        x = 2


for x in (0, 1):
    frame_of_return(x)
    print(kept.f_lineno - kept.f_code.co_firstlineno)
