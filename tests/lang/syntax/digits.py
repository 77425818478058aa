# skip: threads: the limit is one for all

"""Integer literals obey `sys.set_int_max_str_digits`; the error tells the line only."""

import sys


def tell(source):
    try:
        compile(source, "<t>", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    else:
        print("ok")


tell("x = " + "1" * 4300)
tell("x = " + "1" * 4301)
tell("f(\n  " + "1_" * 4300 + "1)")
sys.set_int_max_str_digits(700)
tell("1" * 700)
tell("\n\n" + "1" * 701)
tell("0x" + "1" * 701)
sys.set_int_max_str_digits(0)
tell("1" * 5000)
sys.set_int_max_str_digits(4300)
