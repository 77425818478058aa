"""The line a frame shows after an exception has left it."""


def simple():
    1 / 0
    pass


def other_except():
    try:
        1 / 0
    except TypeError as ex:
        pass


def named():
    try:
        1 / 0
    except ZeroDivisionError as ex:
        pass
        raise KeyError


def in_finally():
    try:
        1 / 0
    finally:
        pass


def finally_raises():
    try:
        1 / 0
    finally:
        try:
            [][0]
        except IndexError:
            pass
        len(3)


class Manager:
    def __init__(self, fails):
        self.fails = fails

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if self.fails:
            raise KeyError


def with_block():
    with Manager(False):
        pass
        1 / 0


def with_exit():
    with Manager(True):
        pass
        1 / 0


def nested():
    try:
        with Manager(False):
            try:
                1 / 0
            except KeyError:
                pass
            except TypeError:
                pass
    finally:
        1
        pass


def generator():
    try:
        yield 1
        1 / 0
    finally:
        pass


for f in simple, other_except, named, in_finally, finally_raises, with_block, with_exit, nested, lambda: list(generator()):
    try:
        f()
    except Exception as e:
        tb = e.__traceback__.tb_next
        while tb:
            code = tb.tb_frame.f_code
            print(f.__name__, type(e).__name__, tb.tb_lineno - code.co_firstlineno, tb.tb_frame.f_lineno - code.co_firstlineno)
            tb = tb.tb_next


class Noop:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


def after_with():
    with Noop():
        1 / 0
        pass


for function in (after_with,):
    try:
        function()
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_next.tb_frame
        print(function.__name__, frame.f_lineno - frame.f_code.co_firstlineno)
