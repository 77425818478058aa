# skip: threads: it starts threads with stacks of its own sizes
# Trees as deep as sources allow, on the main thread and on threads with small stacks: errors, never an end.
import ast
import threading

SOURCES = [
    "a" + ".b" * 100000,
    "+".join(["a"] * 100000),
    "a" + "()" * 50000,
    "not " * 1900 + "1",
    "-" * 5000 + "1",
    "lambda:" * 900 + "1",
    "a" + "[0]" * 3000,
    "if 1: pass\n" + "elif 1: pass\n" * 3000,
    "a = " * 2000 + "1",
    "a if " * 500 + "b" + " else c" * 500,
    'f"' + "{x:" * 100 + "}" * 100 + '"',
    "".join(" " * i + "class A:\n" for i in range(90)) + " " * 91 + "x",
    "match x:\n case " + "[" * 190 + "]" * 190 + ": pass",
]


def all_sources():
    for source in SOURCES:
        for use in (lambda: compile(source, "", "exec"), lambda: compile(ast.parse(source), "", "exec")):
            try:
                use()
            except (SyntaxError, MemoryError, RecursionError):
                pass
    print("survived")


all_sources()
for size in (65536, 262144):
    threading.stack_size(size)
    thread = threading.Thread(target=all_sources)
    thread.start()
    thread.join()
