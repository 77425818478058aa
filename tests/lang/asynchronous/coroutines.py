async def value(n):
    return n


async def add(a, b):
    return await value(a) + await value(b)


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value
    raise RuntimeError("did not finish")


print(run(add(1, 2)))


class Awaitable:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        got = yield self.n
        return got


async def waits():
    x = await Awaitable("first")
    y = await Awaitable("second")
    return x, y


c = waits()
print(c.send(None), c.send(10))
try:
    c.send(20)
except StopIteration as e:
    print(e.value)


class Context:
    async def __aenter__(self):
        print("aenter")
        return "entered"

    async def __aexit__(self, kind, value, tb):
        print("aexit", kind and kind.__name__)
        return True


class Iterator:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("got", got)
    finally:
        print("agen closed")


async def main():
    async with Context() as c:
        print(c)
        raise ValueError
    async for i in Iterator(2):
        print("item", i)
    else:
        print("async else")
    print([i async for i in Iterator(3)], {i: i async for i in agen(2)}, [await value(i) for i in range(2)])
    print([x async for x in (y async for y in Iterator(3) if y != 1)])
    g = agen(3)
    print(await anext(g), await g.asend("hi"), await anext(g, "d"), await anext(g, "default"))
    g = agen(2)
    await g.__anext__()
    await g.aclose()
    try:
        await 5
    except TypeError as e:
        print(e)
    try:
        async for i in [1]:
            pass
    except TypeError as e:
        print(e)
    try:
        async with 5:
            pass
    except TypeError as e:
        print(e)


run(main())
c = value(1)
print(type(c).__name__, c.cr_running, c.__name__, c.cr_frame is not None)
c.close()
try:
    c.send(None)
except RuntimeError as e:
    print(e)
g = agen(1)
print(type(g).__name__, hasattr(g, "__anext__"))
