import io
import os
import pathlib
import shutil
import tempfile

folder = pathlib.Path(tempfile.mkdtemp())
path = folder / "file.txt"
with open(path, "w", encoding="utf-8", newline="") as f:
    print(f.write("line one\nline two é\r\nlast"), f.tell(), f.mode, f.closed)
print(f.closed, path.read_text(encoding="utf-8").splitlines(), path.read_bytes(), path.stat().st_size)
with open(path, encoding="utf-8") as f:
    print(repr(f.readline()), f.read(3), repr(f.readline()), list(f), repr(f.read()), f.seek(0), next(f))
with open(path, "rb") as f:
    print(f.read(4), f.seek(-4, 2), f.read(), f.tell(), f.readinto(bytearray(3)))
with open(path, "a+") as f:
    f.write("!")
    f.seek(0)
    print(len(f.read()))
with open(path, "r+b") as f:
    f.write(b"LINE")
    f.truncate(8)
print(path.read_text(), path.exists(), path.suffix, path.stem, path.name, path.parent == folder, (folder / "x" / ".." / "y").parts[-3:])
try:
    open(folder / "missing")
except FileNotFoundError as e:
    print(type(e).__name__, e.errno, e.strerror)
for bad in (lambda: open(path, "zz"), lambda: open(path, "rb", encoding="utf-8"), lambda: open(path).write("x"), lambda: f.read(), lambda: open(path, "w").read(), lambda: open(path, "x")):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, str(e).partition(": '/")[0])
open(path, "w").write("flushed")
print(open(path).read())
s = io.StringIO("a\nb\n")
print(s.readline(), s.read(), s.seek(0), s.write("X"), s.getvalue(), io.StringIO(newline=None).newlines)
b = io.BytesIO(b"abc")
print(b.read(1), b.getvalue(), b.seek(1), b.write(b"ZZZ"), b.getvalue(), b.getbuffer().nbytes)
t = io.TextIOWrapper(io.BytesIO(), encoding="utf-16")
t.write("é")
t.flush()
print(t.buffer.getvalue()[-2:], io.BufferedReader(io.BytesIO(b"xyz")).peek(1)[:1])
(folder / "sub").mkdir()
(folder / "sub" / "a.py").touch()
(folder / "b.py").write_text("b")
print(sorted(p.name for p in folder.iterdir()), sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.py")), [(os.path.basename(r), sorted(d), sorted(f)) for r, d, f in os.walk(folder)][1:], (folder / "sub").is_dir())
os.rename(folder / "b.py", folder / "c.py")
shutil.copy(folder / "c.py", folder / "d.py")
print(sorted(os.listdir(folder)), os.path.join("a", "b"), os.path.splitext("x.tar.gz"), os.path.normpath("a/../b/./c"), os.path.exists(folder))
os.remove(folder / "d.py")
shutil.rmtree(folder)
print(folder.exists())
import contextlib
out = io.StringIO()
with contextlib.redirect_stdout(out) if False else contextlib.nullcontext():
    print("shown", file=out, end="!")
print(out.getvalue(), sep="")
print(1, 2, sep="-", end=".\n")
