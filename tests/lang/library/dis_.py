# skip: threads: it redirects sys.stdout
# dis shows our own bytecode: what holds of any bytecode.
import contextlib
import dis
import io


def f(x, y=2):
    import os.path as p
    from .. import q
    for i in range(x):
        if i:
            print(i, x.attribute)
    try:
        return lambda: x
    except ValueError:
        raise


code = f.__code__
instructions = list(dis.get_instructions(f))
offsets = [i.offset for i in instructions]
print(offsets == list(range(2, 2 * len(offsets) + 1, 2)))
print(all(i.opname == dis.opname[i.opcode] and dis.opmap[i.opname] == i.opcode for i in instructions))
targets = {i.jump_target for i in instructions} - {None}
print(targets <= set(offsets), targets <= {i.offset for i in instructions if i.is_jump_target})
print(sorted(targets) == sorted(dis.findlabels(code)))
print(sorted(i.argval for i in instructions if i.opname == "LOAD_GLOBAL"))
print([i.argval for i in instructions if i.opname == "LOAD_ATTR" and i.argval == "attribute"])
print(list(dis._find_imports(code)))
print(list(dis._find_store_names(compile("a = 1\nclass b: pass", "<x>", "exec"))))
print([line - code.co_firstlineno for _, line in dis.findlinestarts(code) if line][:4])
print(sorted({i.positions.lineno - code.co_firstlineno for i in instructions if i.positions.lineno}))
for shown in (f, "a = b", type("C", (), {"m": f}), code):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        dis.dis(shown)
    print("LOAD_GLOBAL" in out.getvalue() or "LOAD_NAME" in out.getvalue())
print(dis.Bytecode(f).dis() == dis.Bytecode(code).dis(), repr(dis.Bytecode("1"))[:12])
print(dis.code_info(f).splitlines()[0], "Constants" in dis.code_info(f))
try:
    1 / 0
except ZeroDivisionError as e:
    print("-->" in dis.Bytecode.from_traceback(e.__traceback__).dis())
try:
    dis.dis(3)
except TypeError as e:
    print(e)
