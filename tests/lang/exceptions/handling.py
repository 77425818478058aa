def f(kind):
    try:
        if kind == "value":
            raise ValueError("v", 1)
        if kind == "key":
            {}["k"]
        if kind == "class":
            raise TypeError
        if kind == "none":
            return "returned"
        raise OSError(2, "No such file", "name")
    except (ValueError, KeyError) as e:
        return f"first {e!r} {e}"
    except TypeError:
        return "second"
    except Exception as e:
        return f"third {e!r} {e} {e.errno} {e.filename}"
    finally:
        print("finally", kind)


for kind in ("value", "key", "class", "none", "os"):
    print(f(kind))
try:
    try:
        raise ValueError("inner")
    except ValueError as e:
        raise KeyError("outer") from e
except KeyError as e:
    print(repr(e), repr(e.__cause__), e.__suppress_context__, repr(e.__context__))
try:
    try:
        raise ValueError("inner")
    except ValueError:
        1 / 0
except ZeroDivisionError as e:
    print(repr(e.__context__), e.__cause__, e.__suppress_context__)
try:
    raise ValueError("x") from None
except ValueError as e:
    print(e.__cause__, e.__suppress_context__)
try:
    try:
        raise ValueError("again")
    except ValueError:
        raise
except ValueError as e:
    print("reraised", e)
for bad in ("raise", "raise 5", "raise int", "raise ValueError from 5"):
    try:
        exec(bad)
    except BaseException as e:
        print(bad, "->", type(e).__name__, e)
try:
    try:
        raise ValueError
    except 5:
        pass
except TypeError as e:
    print(e)
import sys


def current():
    return sys.exc_info()[0]


try:
    raise KeyError
except KeyError:
    print(current())
    try:
        raise ValueError
    except ValueError:
        print(current())
    print(current())
print(current())


class Custom(Exception):
    def __init__(self, a, b):
        super().__init__(a)
        self.b = b

    def __str__(self):
        return f"custom {self.args} {self.b}"


try:
    raise Custom(1, 2)
except Custom as e:
    e.add_note("a note")
    print(e, repr(e), e.__notes__, e.with_traceback(None) is e, e.__traceback__)
print(ValueError("a") == ValueError("a"), ValueError(1, 2).args, str(ValueError()), str(KeyError("k")), repr(ValueError("x", 2)))
try:
    [].pop()
except IndexError as e:
    tb = e.__traceback__
    print(tb.tb_lineno, tb.tb_next, tb.tb_frame.f_code.co_name)
print(issubclass(KeyError, LookupError), issubclass(FileNotFoundError, OSError), IOError is OSError, ConnectionError.__mro__[1].__name__)
try:
    exec("a b")
except SyntaxError as e:
    print(type(e).__name__, e.msg, e.lineno, e.offset, e.text)
try:
    "é".encode("ascii")
except UnicodeEncodeError as e:
    print(e, e.start, e.end, e.reason)
try:
    StopIteration(5)
    raise StopIteration(5)
except StopIteration as e:
    print(e.value)
