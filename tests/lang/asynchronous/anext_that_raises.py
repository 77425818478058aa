"""`async for` over something whose `__anext__` gives what cannot be awaited, or raises as it is."""


class F:
    def __init__(self, error):
        self.error = error

    def __aiter__(self):
        return self

    def __anext__(self):
        return self

    def __await__(self):
        raise self.error


async def main(error):
    async for _ in F(error):
        pass


for error in (ZeroDivisionError("z"), TypeError("t"), StopAsyncIteration("s"), KeyboardInterrupt("k")):
    try:
        main(error).send(None)
    except BaseException as e:
        print(type(e).__name__, e, repr(e.__cause__), e.__suppress_context__)
