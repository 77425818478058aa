# skip: threads: writes to descriptors of the process and forks
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time


def written(f):
    """What a function writes to the file that it is given."""
    with tempfile.TemporaryFile() as file:
        f(file)
        file.seek(0)
        text = file.read().decode()
    text = re.sub(r'File "[^"]*[/\\]', 'File "', text)
    text = re.sub(r"thread 0x[0-9a-f]{16}( \[[^\]]*\])?", "thread ID", text, flags=re.I)
    return re.sub(r"line \d+ in (wait|run|_bootstrap\w*|acquire|sleep)", r"line N in \1", text)


def inner(file, **named):
    faulthandler.dump_traceback(file, **named)


def outer(file, **named):
    inner(file, **named)


print(written(lambda file: outer(file, all_threads=False)).split("in <lambda>")[0])

ready, done = threading.Event(), threading.Event()


def work():
    ready.set()
    done.wait()


thread = threading.Thread(target=work, name="worker")
thread.start()
ready.wait()
time.sleep(0.05)
text = written(outer)
print("in work" in text, text.count("(most recent call first)"), text.count("Current thread ID"), "\n\nCurrent" in text)
done.set()
thread.join()


def later(file):
    faulthandler.dump_traceback_later(0.05, file=file)
    time.sleep(0.5)
    faulthandler.dump_traceback_later(0.5, file=file)
    faulthandler.cancel_dump_traceback_later()
    time.sleep(0.7)


text = written(later)
print(text.count("Timeout (0:00:00.050000)!"), "in later" in text, "Current" in text)


def on_signal(file):
    faulthandler.register(signal.SIGUSR1, file=file, all_threads=False)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))


print(written(on_signal).split("in on_signal")[0])
got = []
signal.signal(signal.SIGUSR2, lambda *a: got.append(a[0]))


def chained(file):
    faulthandler.register(signal.SIGUSR2, file=file, all_threads=False, chain=True)
    os.kill(os.getpid(), signal.SIGUSR2)
    time.sleep(0.01)
    faulthandler.unregister(signal.SIGUSR2)


print("in chained" in written(chained), got == [signal.SIGUSR2])


def error(f, *args, **named):
    try:
        return f(*args, **named)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


print(error(faulthandler.register, signal.SIGSEGV), "|", error(faulthandler.register, 9999))
print(error(faulthandler.dump_traceback_later, -1), "|", error(faulthandler.dump_traceback, -1))


def child(source):
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    lines = [line for line in run.stderr.splitlines() if line.startswith(("Fatal", '  File "<string>"', "Timeout"))]
    return run.returncode, lines


crash = """
import faulthandler
faulthandler.enable()
def f():
    faulthandler._sigsegv()
def g():
    f()
g()
"""
print(child(crash))
print(child(crash.replace("_sigsegv", "_sigabrt")))
hang = """
import faulthandler, time
faulthandler.dump_traceback_later(0.1, exit=True)
def f():
    time.sleep(60)
f()
"""
print(child(hang))
busy = hang.replace("time.sleep(60)", "while True: pass")
status, lines = child(busy)
print(status, len(lines))
