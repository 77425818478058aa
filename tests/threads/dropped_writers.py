# args: 150
# What a thread wrote to a file that it dropped is there when it opens the file, also while other threads open theirs.
import os
import shutil
import sys
import tempfile
import threading

COUNT = int(sys.argv[1])
folder = tempfile.mkdtemp()
missing = []


def work(number):
    path = os.path.join(folder, f"file{number}")
    for i in range(COUNT):
        text = f"{number} {i}"
        open(path, "w").write(text)
        if open(path).read() != text:
            missing.append(text)
        if os.stat(path).st_size != len(text):
            missing.append(text)


threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
shutil.rmtree(folder)
print("missing:", missing)
