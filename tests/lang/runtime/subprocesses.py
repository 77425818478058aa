# skip: threads: it counts children
import os
import subprocess
import sys

run = subprocess.run
print(run(["echo", "hello"], capture_output=True, text=True).stdout, end="")
print(run("exit 4", shell=True).returncode, run(["cat"], input=b"data", capture_output=True).stdout)
try:
    run(["false"], check=True)
except subprocess.CalledProcessError as e:
    print(e)
try:
    run(["sleep", "5"], timeout=0.05)
except subprocess.TimeoutExpired as e:
    print(type(e).__name__)
try:
    run(["/no/such/program"])
except FileNotFoundError as e:
    print(type(e).__name__, e.filename)
p = subprocess.Popen([sys.executable, "-c", "import sys\nfor line in sys.stdin: print(line.upper(), end='', flush=True)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write("abc\n")
p.stdin.flush()
print(p.stdout.readline(), end="")
p.stdin.close()
print(p.wait(), p.poll(), p.stdout.read() == "")
p.stdout.close()
print(subprocess.check_output("echo $VAR", shell=True, env={"VAR": "value", "PATH": os.environ["PATH"]}), subprocess.getoutput("echo x"))
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(r)
    os.write(w, b"from child")
    os._exit(9)
os.close(w)
print(os.read(r, 100), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
os.close(r)
p = subprocess.Popen(["sleep", "10"])
p.terminate()
print(p.wait())
with subprocess.Popen(["sh", "-c", "echo out; echo err >&2"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as p:
    print(p.communicate())
