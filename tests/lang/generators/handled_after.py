# What is being handled belongs to the caller of now once a generator has left its own handler.
import sys


def after_handler():
    try:
        yield
        raise TypeError()
    except TypeError as e:
        print(repr(e.__context__))
    print(repr(sys.exception()))
    yield
    print(repr(sys.exception()))
    yield "done"


def after_throw():
    try:
        try:
            yield
        except ValueError:
            print(repr(sys.exception()))
            yield
        raise TypeError()
    except Exception as e:
        print(repr(sys.exception()), repr(e.__context__))
        yield
    yield
    print(repr(sys.exception()))
    yield "done"


g = after_handler()
next(g)
try:
    raise ValueError
except Exception:
    next(g)
print(next(g), sys.exception())
g = after_throw()
next(g)
try:
    raise ValueError
except Exception as e:
    g.throw(e)
next(g)
try:
    raise KeyError
except Exception as e:
    next(g)
print(next(g), sys.exception())
