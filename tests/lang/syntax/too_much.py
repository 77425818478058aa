# Sources beyond what tokenizer and compiler take, and bytes that are no source.
def attempt(source):
    try:
        compile(source, "f", "exec")
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e.args[0])
    else:
        print("compiled")


for levels in 99, 100:
    lines = [" " * i + "if 1:\n" for i in range(levels)]
    attempt("".join(lines) + " " * levels + "pass\n")
attempt("x = '" + " " * 200 + "'\n" + " " * 5 + "\n")
attempt("f(\n" + " " * 200 + "1)\n")
for source in b"x = 1\0", b"\xff\xfex\0", b"\xff\0", b"\0\xff", "x\0":
    attempt(source)
many = "@a\n" * 40_000 + "def f(): pass\n"
try:
    compile(many, "f", "exec")
except SyntaxError as e:
    print(e.msg == "code is too large to compile")
else:
    print(True)
