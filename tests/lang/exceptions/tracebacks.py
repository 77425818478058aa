# What a traceback prints: files are replaced, for the path differs.
import io
import sys
import traceback


def show(function, *args):
    try:
        function(*args)
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        print(text.replace(__file__, "FILE"))


def a(n):
    return b(n - 1) + 1


def b(n):
    return (1 +
            1 / n)


def chained():
    try:
        a(1)
    except ZeroDivisionError as error:
        raise ValueError("from") from error


def context():
    try:
        {}["key"]
    except KeyError:
        undefined_name


def noted():
    error = ValueError("with notes")
    error.add_note("first note")
    error.add_note("second\nnote")
    raise error


def grouped():
    errors = []
    for value in (1, 2):
        try:
            raise ValueError(value)
        except ValueError as error:
            errors.append(error)
    raise ExceptionGroup("several", errors)


def recursive(n):
    if n == 0:
        raise RuntimeError("deep")
    recursive(n - 1)


def attribute():
    x = [1, 2]
    x.append(3).nothing.more


def suggestion():
    value = "text"
    return value.uper()


def comprehension():
    return [1 // i for i in (1, 0)]


def syntax():
    compile("x = (1,\ny = 2", "string", "exec")


def multi():
    return foo(
        1,
        2,
    )


def foo(x, y):
    raise TypeError("foo")


for function in (chained, context, noted, grouped, attribute, suggestion, comprehension, syntax, multi):
    print("=====", function.__name__)
    show(function)
print("===== recursive")
show(recursive, 10)
