# Events of sys.monitoring: which, in what order, with which arguments; DISABLE and restarts; local
# events; errors of the interface.
# skip: threads: tools belong to the process
import sys

m = sys.monitoring
E = m.events
TOOL = 3


def helper(x):
    return x + 1


def gen():
    yield 1
    return 7


def work():
    helper(1)
    len([])
    for v in gen():
        pass
    try:
        int("no")
    except ValueError:
        pass
    return "done"


NAMES = ["PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "RAISE", "EXCEPTION_HANDLED",
         "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE"]


def show(v):
    if v is m.MISSING:
        return "MISSING"
    if isinstance(v, BaseException):
        return type(v).__name__
    return getattr(v, "__name__", None) or repr(v)


def record(run, names, local=None):
    log = []
    for name in names:
        def callback(code, offset, *args, name=name):
            # Callbacks of weak references that are due meanwhile, of the import system, have events, too.
            if code.co_filename != __file__:
                return
            log.append((name, code.co_name, *map(show, args)))
        m.register_callback(TOOL, getattr(E, name), callback)
    bits = 0
    for name in names:
        bits |= getattr(E, name)
    if local is None:
        m.set_events(TOOL, bits)
    else:
        m.set_local_events(TOOL, local.__code__, bits)
    try:
        run()
    except Exception as e:
        log.append(("escaped", type(e).__name__))
    if local is None:
        m.set_events(TOOL, 0)
    else:
        m.set_local_events(TOOL, local.__code__, 0)
    for name in names:
        m.register_callback(TOOL, getattr(E, name), None)
    # The call that switches them off is an event too.
    return [row for row in log if row[1] not in ("record",)]


m.use_tool_id(TOOL, "test")
for row in record(work, NAMES):
    print(*row)

print("-- local")
for row in record(work, ["PY_START", "PY_RETURN"], local=helper):
    print(*row)

print("-- throw")


def thrower():
    g = gen()
    next(g)
    try:
        g.throw(KeyError)
    except KeyError:
        pass
    g = gen()
    next(g)
    g.close()


for row in record(thrower, ["PY_THROW", "PY_UNWIND", "RAISE"]):
    print(*row)

print("-- lines")


def lines():
    a = 1
    for i in range(2):
        a += i
    while a < 4:
        a += 1
    return a


log = []
m.register_callback(TOOL, E.LINE, lambda code, line: log.append(line - code.co_firstlineno))
m.set_local_events(TOOL, lines.__code__, E.LINE)
lines()
m.set_local_events(TOOL, lines.__code__, 0)
print(log)

print("-- disable")
log = []


def straight():
    a = 1
    b = 2
    return a + b


def once(code, line):
    log.append(line - code.co_firstlineno)
    return m.DISABLE


m.register_callback(TOOL, E.LINE, once)
m.set_local_events(TOOL, straight.__code__, E.LINE)
straight()
print(log)
straight()
print(log)
m.restart_events()
straight()
print(log)
m.set_local_events(TOOL, straight.__code__, 0)

print("-- what cannot be disabled")
m.register_callback(TOOL, E.RAISE, lambda *args: m.DISABLE)
m.set_events(TOOL, E.RAISE)
try:
    raise KeyError
except Exception as e:
    print(type(e).__name__, e)
try:
    raise KeyError
except Exception as e:
    print(type(e).__name__)
m.set_events(TOOL, 0)

print("-- a callback that raises")


def refuse(code, offset):
    raise LookupError(code.co_name)


m.register_callback(TOOL, E.PY_START, refuse)
m.set_local_events(TOOL, helper.__code__, E.PY_START)
try:
    helper(1)
except LookupError as e:
    print("LookupError", e)
m.clear_tool_id(TOOL)
print(helper(1), m.get_local_events(TOOL, helper.__code__))

print("-- branches")


def branches(n):
    while n:
        n -= 1
    return n


for name in ("BRANCH_LEFT", "BRANCH_RIGHT"):
    m.register_callback(TOOL, getattr(E, name),
                        lambda code, at, to, name=name: log.append((name, at, to)))
log = []
m.set_local_events(TOOL, branches.__code__, E.BRANCH_LEFT | E.BRANCH_RIGHT)
branches(2)
m.set_local_events(TOOL, branches.__code__, 0)
print([row[0] for row in log])
known = {(at, to) for at, left, right in branches.__code__.co_branches() for to in (left, right)}
print({row[1:] for row in log} <= known)

print("-- interface")


def attempt(f, *args):
    try:
        print(f.__name__, f(*args))
    except (ValueError, TypeError) as e:
        print(f.__name__, type(e).__name__, e)


attempt(m.use_tool_id, TOOL, "again")
attempt(m.use_tool_id, 6, "x")
attempt(m.use_tool_id, 1, 2)
attempt(m.set_events, 2, E.LINE)
attempt(m.set_events, TOOL, E.C_RETURN)
attempt(m.set_events, TOOL, 1 << 25)
attempt(m.set_local_events, TOOL, helper.__code__, E.RAISE)
attempt(m.set_local_events, TOOL, helper, E.LINE)
attempt(m.register_callback, TOOL, E.LINE | E.CALL, None)
attempt(m.set_events, TOOL, E.BRANCH | E.LINE)
attempt(m.get_events, TOOL)
attempt(m._all_events)
attempt(m.free_tool_id, TOOL)
attempt(m.get_tool, TOOL)
attempt(m._all_events)
