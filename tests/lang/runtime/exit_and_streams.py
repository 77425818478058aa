# status: 3
# skip: threads: it ends the process
import atexit
import io
import subprocess
import sys

print("to stdout")
print("to stderr", file=sys.stderr)


def child(code, *options):
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, input="line one\nline two\n")
    print(done.returncode, repr(done.stdout), repr(done.stderr.splitlines()[-1:]))


child("import sys; sys.exit(5)")
child("raise SystemExit('message')")
child("raise SystemExit")
child("1/0")
child("import os; os._exit(7)")
child("print(input('? ')); import sys; print(sys.stdin.read())")
child("import sys; print(sys.argv, __name__)", )
child("import atexit; atexit.register(print, 'first'); atexit.register(print, 'second'); print('body')")
child("class D:\n def __del__(self): print('del')\nd = D()\nprint('end')")
child("import threading, time; threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start(); print('main')")
child("import threading, time; threading.Thread(target=time.sleep, args=(100,), daemon=True).start(); print('main')")
child("x = ", )
child("import sys; sys.stdout.write('no newline')")
child("import sys; print(sys.flags.optimize, __debug__); assert False", "-O")
child("open('/dev/null', 'w').write('x'); print('ok')")
child("import signal, os; signal.signal(signal.SIGTERM, lambda *a: print('signal')); os.kill(os.getpid(), signal.SIGTERM); print('after')")
child("import os; pid = os.fork(); print('child' if pid == 0 else ('parent', os.waitpid(pid, 0)[1]), flush=True)")
atexit.register(print, "exit handler")
sys.exit(3)
