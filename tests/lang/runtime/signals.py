# skip: threads: signals are for the main thread
import os
import signal
import threading
import time

# Whoever starts the test may have SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

log = []
old = signal.signal(signal.SIGUSR1, lambda number, frame: log.append((number == signal.SIGUSR1, frame is not None)))
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(1000):
    if log:
        break
print(log, old is signal.SIG_DFL, callable(signal.getsignal(signal.SIGUSR1)))
signal.signal(signal.SIGALRM, lambda *a: log.append("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
time.sleep(0.1)
print(log[-1])


def raises(*args):
    raise KeyError("from handler")


signal.signal(signal.SIGALRM, raises)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while True:
        pass
except KeyError as e:
    print(e)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    threading.Event().wait(5)
    print("not interrupted")
except KeyError as e:
    print("wait", e)
lock = threading.Lock()
lock.acquire()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    lock.acquire()
except KeyError as e:
    print("lock", e)
try:
    threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT)).start()
    time.sleep(5)
except KeyboardInterrupt:
    print("interrupt")
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGUSR1)
print("ignored", signal.Signals(2).name, signal.SIGTERM, signal.getsignal(signal.SIGUSR1))
result = []


def in_thread():
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as e:
        result.append(str(e))


t = threading.Thread(target=in_thread)
t.start()
t.join()
print(result)
signal.signal(signal.SIGUSR1, signal.SIG_DFL)
