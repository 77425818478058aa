# skip: threads: a finalizer runs in whichever thread comes by
# What dies with an exception that nobody saw, or pending, tells its loop.
import asyncio
import gc

loop = asyncio.new_event_loop()
loop.set_exception_handler(lambda loop, context: print(context["message"], repr(context.get("exception"))))


class Own(asyncio.Future):
    pass


class Deletes(asyncio.Future):
    def __del__(self):
        print("deleted", self.done())


def unseen(kind):
    kind(loop=loop).set_exception(ValueError(kind.__name__))


def seen(kind):
    future = kind(loop=loop)
    future.set_exception(ValueError(kind.__name__))
    future.exception()


async def waits(future):
    await future


def pending():
    coroutine = waits(loop.create_future())
    asyncio.Task(coroutine, loop=loop)
    coroutine.close()
    loop._ready.clear()


for make in unseen, seen:
    for kind in asyncio.Future, Own, Deletes:
        make(kind)
        for _ in range(3):
            gc.collect()
pending()
for _ in range(3):
    gc.collect()
loop.close()
