# Events reach every thread, also those that run already and those that begin later; switching on and
# off while others run breaks nothing.
# skip: threads: tools belong to the process
import sys
import threading

m = sys.monitoring
E = m.events
TOOL = 4
m.use_tool_id(TOOL, "threads")
seen = set()
stop = threading.Event()


def target(n):
    total = 0
    for i in range(n):
        total += i
    return total


def loop():
    while not stop.is_set():
        target(10)


def called(code, offset):
    if code is target.__code__:
        seen.add(threading.get_ident())


m.register_callback(TOOL, E.PY_START, called)
workers = [threading.Thread(target=loop) for _ in range(4)]
for worker in workers:
    worker.start()
m.set_events(TOOL, E.PY_START)
late = threading.Thread(target=loop)
late.start()
idents = {worker.ident for worker in workers} | {late.ident}
while not idents <= seen:
    pass
print("all seen")
for _ in range(200):
    m.set_events(TOOL, 0)
    m.set_local_events(TOOL, target.__code__, E.LINE | E.INSTRUCTION)
    m.restart_events()
    m.set_local_events(TOOL, target.__code__, 0)
    m.set_events(TOOL, E.PY_START | E.CALL | E.BRANCH)
m.free_tool_id(TOOL)
stop.set()
for worker in workers + [late]:
    worker.join()
print(m._all_events(), target(10))
