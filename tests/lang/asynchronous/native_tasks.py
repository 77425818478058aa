# Futures and tasks of the native module, by hand and at their edges.
import _asyncio
import asyncio
import re


def show(*values):
    text = " ".join(re.sub("0x[0-9a-f]+", "0x", str(value)) for value in values)
    text = re.sub(r"Task-\d+", "Task-N", text)
    text = re.sub(r"_cb\(\) at [^\]]*", "_cb()", text)
    print(re.sub(r"running at [^ >]*:\d+", "running", text))


def attempt(function, *args, **kwargs):
    try:
        show(function(*args, **kwargs))
    except BaseException as error:
        show(type(error).__name__, error)


loop = asyncio.new_event_loop()
future = _asyncio.Future(loop=loop)


async def nothing():
    pass


task = _asyncio.Task(nothing(), loop=loop)
handle = loop._ready[0]
show(handle, type(handle._callback), handle._callback.__self__)

for function, args in (
    (_asyncio._enter_task, (loop, task)),
    (_asyncio._leave_task, (loop, task)),
    (_asyncio._swap_current_task, (loop, task)),
    (_asyncio.current_task, ()),
    (_asyncio.all_tasks, ()),
):
    attempt(function, *args)
_asyncio._set_running_loop(loop)
attempt(_asyncio._enter_task, loop, task)
for function, args in (
    (_asyncio._enter_task, (loop, task)),
    (_asyncio._leave_task, (loop, 3)),
    (_asyncio._swap_current_task, (loop, None)),
    (_asyncio._leave_task, (loop, task)),
    (_asyncio.current_task, ()),
    (_asyncio.all_tasks, ()),
    (_asyncio.current_task, (3,)),
    (_asyncio.all_tasks, (3,)),
):
    attempt(function, *args)

waiter = iter(future)
show(type(waiter), next(waiter), future._asyncio_future_blocking)
for args in ((3,), (ValueError(), 3), (int,), (KeyError("k"),)):
    attempt(waiter.throw, *args)
    waiter = iter(future)
attempt(delattr, future, "_asyncio_future_blocking")
for name in "_log_traceback", "_log_destroy_pending", "_cancel_message", "_loop", "_fut_waiter", "_must_cancel":
    attempt(delattr, task, name)
    attempt(setattr, task, name, 1)
task._cancel_message = None
future.set_result(1)
attempt(future.set_result, 1)
attempt(future.set_exception, ValueError)
other = _asyncio.Future(loop=loop)
attempt(other.set_exception, 3)
attempt(other.set_exception, int)
waiter = iter(other)
next(waiter)
attempt(next, waiter)
attempt(other.result)
attempt(other.exception)
other.add_done_callback(print)
other.add_done_callback(repr)
show(other._callbacks, other.remove_done_callback(repr), other.remove_done_callback(print), other._callbacks)
attempt(_asyncio.Task, 3, loop=loop)
empty = _asyncio.Future.__new__(_asyncio.Future)
for function in iter, repr, _asyncio.Future.result, _asyncio.Future.cancel, _asyncio.Future.get_loop:
    attempt(function, empty)
show(_asyncio.future_add_to_awaited_by(future, 3), future._asyncio_awaited_by)
_asyncio.future_add_to_awaited_by(future, task)
show(future._asyncio_awaited_by)
_asyncio.future_add_to_awaited_by(future, other)
show(len(future._asyncio_awaited_by))
_asyncio.future_discard_from_awaited_by(future, task)
_asyncio.future_discard_from_awaited_by(future, other)
show(future._asyncio_awaited_by)
attempt(handle._callback, 1)
_asyncio._set_running_loop(None)
attempt(handle._callback)


class Own(asyncio.Future):
    """Waited for by its methods."""


async def ends(how):
    match how:
        case "own":
            own = Own(loop=loop)
            loop.call_soon(own.set_result, "own")
            return await own
        case "itself":
            await asyncio.current_task()
        case "other loop":
            await _asyncio.Future(loop=asyncio.new_event_loop())
        case "stop":
            stopped = _asyncio.Future(loop=loop)
            stopped.set_exception(StopIteration)
            await stopped
        case "cancel":
            asyncio.current_task().cancel("enough")
            await asyncio.sleep(0)
        case "twice":
            asyncio.current_task().cancel()
            try:
                await asyncio.sleep(0)
            except asyncio.CancelledError:
                return asyncio.current_task().cancelling(), asyncio.current_task().uncancel()
        case "late":
            asyncio.current_task().cancel("late")
            return 5


class Yields:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield self.value


async def waits(value):
    await Yields(value)


for how in "own", "itself", "other loop", "stop", "cancel", "twice", "late":
    print(how, end=" ")
    attempt(loop.run_until_complete, ends(how))
for value in 3, (x for x in ()), asyncio.Future(loop=loop):
    attempt(loop.run_until_complete, waits(value))


async def eager():
    loop.set_task_factory(asyncio.eager_task_factory)
    seen = []

    async def first():
        seen.append(asyncio.current_task().get_name())
        seen.append(len(asyncio.all_tasks()))

    async def second():
        await asyncio.sleep(0)
        seen.append(asyncio.current_task().get_name())

    made = [loop.create_task(first(), name="first"), loop.create_task(second(), name="second")]
    seen.append([task.done() for task in made])
    await asyncio.gather(*made)
    loop.set_task_factory(None)
    return seen


show(loop.run_until_complete(eager()))

loop.close()
