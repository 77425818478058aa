# skip: jit: it orders by milliseconds, in which much is compiled
import asyncio
import contextlib


async def work(name, delay, log):
    log.append(f"{name} start")
    await asyncio.sleep(delay)
    log.append(f"{name} end")
    return name


async def main():
    log = []
    print(await asyncio.gather(work("a", 0.3, log), work("b", 0.01, log)), log)
    task = asyncio.create_task(work("c", 10, log), name="c-task")
    await asyncio.sleep(0)
    print(task.get_name(), task.done(), task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except TimeoutError:
        print("wait_for")
    try:
        async with asyncio.TaskGroup() as group:
            one = group.create_task(asyncio.sleep(5))
            async def fails():
                raise ValueError("in group")
            group.create_task(fails())
    except* ValueError as errors:
        print(repr(errors), one.cancelled())
    queue = asyncio.Queue(2)

    async def produce():
        for i in range(5):
            await queue.put(i)
        await queue.put(None)

    async def consume():
        items = []
        while (item := await queue.get()) is not None:
            items.append(item)
        return items

    print(await asyncio.gather(produce(), consume()))
    lock, shared = asyncio.Lock(), []

    async def locked(n):
        async with lock:
            shared.append(n)
            await asyncio.sleep(0)
            shared.append(n)

    await asyncio.gather(*(locked(n) for n in range(3)))
    print(shared)
    print(await asyncio.to_thread(lambda: "thread"))
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(0, i)) for i in range(3)])
    print(sorted(t.result() for t in done), pending)
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "future")
    print(await future)
    results = await asyncio.gather(asyncio.sleep(0, "ok"), fails_later(), return_exceptions=True)
    print(results)

    @contextlib.asynccontextmanager
    async def managed():
        print("enter")
        try:
            yield "value"
        finally:
            print("exit")

    async with managed() as value:
        print(value)
    return "end"


async def fails_later():
    await asyncio.sleep(0)
    raise KeyError("later")


print(asyncio.run(main()))
try:
    asyncio.run(fails_later())
except KeyError as e:
    print("out", e)
try:
    asyncio.get_running_loop()
except RuntimeError as e:
    print(e)
