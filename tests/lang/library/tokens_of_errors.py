# Tokens of sources that end too early, have numbers that are none, or tabs that mean two things.
import io
import tokenize


def show(source):
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            print(token.type, repr(token.string), token.start, token.end, repr(token.line), end="; ")
        print()
    except (SyntaxError, tokenize.TokenError) as error:
        print(repr(source), type(error).__name__, error.args)


for source in (
    'if True:\n        print("hello")\n\tprint("world")\n',
    "if 1:\n    a\n  b\n",
    "if 1:\n\ta\n        b\n",
    "if 1:\n  a\n\tb\n",
    "if 1:\n\ta\n\tif 2:\n\t  b\n\tc\nd\n",
):
    show(source)
for source in "1a 1_a 1_ 0b2 0b 0o8 0o 1e 1ex 1.0a 0xg 0x_ 01 1__0 1_.0 0b12 0o78 1jx 0_7 09.5 1.e .5_ 0xfor 0b1_".split():
    show(source + "\n")
for source in "(\n", "x = (1,\n  2,\n", "(", "[\n{", '"""a\nb', "'abc\n", 'f"{a\n', "a\\\n", "a\\", "x = 1 \\\n", "a\0b\n", "x\n#\0\n":
    show(source)
for source in "x = 1", "if 1:\n  a", "#c", '"""a\nb"""', 'f"{a}"', "if 1:\n  a\n# c", "x\n\n\n  # c", "", "\n", "  ":
    show(source)
