"""Interactive mode: one statement, and when a block has come to its end."""


def tell(source, mode="single"):
    try:
        compile(source, "<t>", mode)
    except SyntaxError as e:
        print(repr(source), e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    else:
        print(repr(source), "ok")


# A block on one line needs its newline; an indented one ends with the text.
for source in (
    "def f(): pass", "def f(): pass\n", "def f():\n  pass", "if 1: pass", "if 1: pass\n\n", "class A: x = 1",
    "for x in y: z", "while 1: pass\nelse: pass", "while 1: pass\nelse:\n  pass", "with a: b", "async def f(): pass",
    "def f(): pass  # c", "def f(): pass\n# c", "try:\n  a\nfinally:\n b", "try:\n  a\nfinally: b", "match x:\n  case 1: pass",
    "@a\ndef f(): pass", "1 + 1", "x = 1; y = 2",
):
    tell(source)

# What follows a statement.
for source in (
    "x=1\ny=2", "x=1\n\n\nfor a in b: pass\n", "if 1: pass\nx = 2\n", "for a in b:\n  pass\nx=1", "class A: pass\nclass B: pass\n",
    "for a in b:\n  pass\nelso:\n  pass",
):
    tell(source)

# Patterns whose bracket stays open, and those that are wrong.
for source in (
    "match y:\n case e(e=v,v,", "match y:\n case e(e=v,v", "match y:\n case e(e=v,v,w): pass", "match y:\n case e(e=v,v,w=1): pass",
    "match y:\n case -0 ** 0j: pass", "match y:\n case 0j + 0: pass", "match y:\n case 1j + 1j: pass", "match y:\n case 0 + 0: pass",
    "match y:\n case 0 - 0j: pass",
):
    tell(source, "exec")
