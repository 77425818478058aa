# skip: threads, stress: it starts processes
# A signal that ends a process does, whichever way it comes.
import signal
import subprocess
import sys


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    print(done.returncode, done.stdout)


for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGTERM"):
    run(f"import os, signal; os.kill(os.getpid(), signal.{name}); print('alive')")
run("import faulthandler; faulthandler._sigsegv(); print('alive')")
run("import faulthandler; faulthandler.enable(); faulthandler._sigsegv(); print('alive')")
run("import signal; print(signal.getsignal(signal.SIGSEGV), signal.getsignal(signal.SIGBUS))")
run("import signal; signal.signal(signal.SIGSEGV, lambda *a: print('handled')); signal.raise_signal(signal.SIGSEGV)")
run("""
import os, signal
pid = os.pidfd_open(os.getpid())
# Who started the test may have had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    signal.pidfd_send_signal(pid, signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted at once")
""")
