"""`throw` of a class whose instance cannot be made: that error is thrown instead."""


class Odd(Exception):
    def __new__(cls, *args):
        return cls


class Bad(Exception):
    def __init__(self, *args):
        raise KeyError(*args)


def g():
    while True:
        try:
            yield 1
        except Exception as e:
            print("inside", type(e).__name__, e)
            if not isinstance(e, TypeError):
                raise


async def c():
    await A()


class A:
    def __await__(self):
        return (yield from g())


for made in (Odd, Bad, 5, int):
    for start in (False, True):
        for run in (g(), c()) if isinstance(made, type) and issubclass(made, Exception) else (g(),):
            if start:
                run.send(None)
            try:
                print(run.throw(made))
            except Exception as e:
                print("outside", type(e).__name__, e)
            try:
                print(run.send(None))
            except BaseException as e:
                print("then", type(e).__name__)
            run.close()
