# skip: threads: it makes modules anew
# args: 8 1
# Threads import the same modules at once: each is made once, and nobody sees it half made.
import sys
import threading

count = int(sys.argv[1])
names = ["json", "textwrap", "fractions", "decimal", "statistics", "difflib"]
for name in names:
    for loaded in [each for each in sys.modules if each == name or each.startswith(name + ".")]:
        del sys.modules[loaded]
seen = [None] * count
start = threading.Barrier(count)


def work(me):
    start.wait()
    modules = [__import__(name) for name in names]
    modules[0].dumps({}), modules[2].Fraction(1, 2), modules[4].mean([1, 2])
    seen[me] = [id(module) for module in modules]


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert all(each == seen[0] for each in seen), seen
print("OK")
