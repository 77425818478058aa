"""`from __future__ import barry_as_FLUFL`."""

import __future__


def tell(source, flags=0):
    try:
        code = compile(source, "<t>", "exec", flags)
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_offset, repr(e.text))
    else:
        space = {}
        exec(code, space)
        print({name: space[name] for name in sorted(space) if len(name) == 1})


feature = "from __future__ import barry_as_FLUFL"
tell(feature + "\na = 1 <> 2\nb = 1 <> 1\nc = '<>' + '!='\nd = 1 < 2 > 0")
tell(feature + "; a = 2 <> 3")
tell(feature + "\na = 1\nb = a != 2")
tell("from .__future__ import barry_as_FLUFL; 2 <> 3")
tell("a = 1 <> 2")
tell("a = 1 <> 2", __future__.barry_as_FLUFL.compiler_flag)
tell("a = 1 != 2", __future__.barry_as_FLUFL.compiler_flag)
tell(feature + "\na = 1 <> 2\nb = 3 <> )")
