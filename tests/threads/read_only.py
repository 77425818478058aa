# skip: threads, stress: no collection may run meanwhile
# timeout: 400
# args: 3
# Work that only reads writes nothing that threads share: the proof of bench/sharing/proof.py, for all patterns.
import os
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
proof = os.path.join(here, "..", "..", "bench", "sharing", "proof.py")
options = sys.orig_argv[1:sys.orig_argv.index(sys.argv[0])]
if sys.platform == "linux" and os.uname().machine == "x86_64":
    words = [sys.executable, *options, proof, "--quiet", "--threads", sys.argv[1]]
    done = subprocess.run(words, env={**os.environ, "OROCHI_PROOF": "1"}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.returncode}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}")
print("OK")
