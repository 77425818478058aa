"""An assertion that is left out must still be allowed to await where it stands."""

import ast


def tell(source, optimize, flags=0):
    try:
        code = compile(source, "<t>", "exec", optimize=optimize, flags=flags)
    except SyntaxError as e:
        print(optimize, repr(source), e.msg)
    else:
        print(optimize, repr(source), code.co_flags & 0x80 != 0)


for source in (
    "assert await f(), 1", "assert x, [await y]", "assert [x async for x in y]", "assert {x async for x in y}",
    "assert (x async for x in y)", "assert {x: 1 async for x in y}", "def g():\n assert await f()",
    "async def g():\n assert await f()\n assert [x async for x in y]", "assert (await x for x in y)",
):
    for optimize in (0, 1):
        tell(source, optimize)
        tell(source, optimize, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
