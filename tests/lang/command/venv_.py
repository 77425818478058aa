# timeout: 300
# A virtual environment: where it is, pip in it, a wheel, its module and its script.
import os
import subprocess
import sys
import tempfile
import zipfile

FOLDER = os.path.realpath(tempfile.mkdtemp())
ENV = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}


def run(*command):
    done = subprocess.run(command, cwd=FOLDER, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(command, done.returncode, done.stdout)
    return done.stdout.replace(FOLDER, "FOLDER").strip()


wheel = os.path.join(FOLDER, "small-1.0-py3-none-any.whl")
with zipfile.ZipFile(wheel, "w") as file:
    file.writestr("small.py", "def main():\n    print('small runs')\n")
    file.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
    file.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    file.writestr("small-1.0.dist-info/entry_points.txt", "[console_scripts]\nsmall = small:main\n")
    file.writestr("small-1.0.dist-info/RECORD", "small.py,,\nsmall-1.0.dist-info/METADATA,,\n"
                  "small-1.0.dist-info/WHEEL,,\nsmall-1.0.dist-info/entry_points.txt,,\nsmall-1.0.dist-info/RECORD,,\n")
print(run(sys.executable, "-m", "venv", "--without-pip", "bare"))
bare = os.path.join(FOLDER, "bare", "bin", "python")
print(run(bare, "-c", "import sys; print(sys.prefix, sys.prefix != sys.base_prefix, sys.executable)"))
print(run(sys.executable, "-m", "venv", "full"))
bin = os.path.join(FOLDER, "full", "bin")
print(sorted(name for name in os.listdir(bin) if name in ("activate", "pip", "pip3", "python", "python3")))
print(run(os.path.join(bin, "python"), "-m", "pip", "--version").startswith("pip "))
print(run(os.path.join(bin, "pip"), "install", "--no-index", wheel).splitlines()[-1])
print(run(os.path.join(bin, "python"), "-c", "import small, sys; print(small.__file__.startswith(sys.prefix))"))
print(run(os.path.join(bin, "small")))
print(run(os.path.join(bin, "pip"), "uninstall", "-y", "small").splitlines()[-1].strip())
print(run(sys.executable, "-m", "ensurepip", "--version").startswith("pip "))
subprocess.run(["rm", "-r", FOLDER])
