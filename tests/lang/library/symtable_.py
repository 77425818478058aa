# symtable: kinds of tables, symbols and where they live.
import symtable

SOURCE = '''
import os
X = 1
class C[T]:
    attribute = X
    def method(self, a, *args, b=1, **kw):
        global g
        local = a
        def inner():
            nonlocal local
            return local, b
        return [q for q in inner()], (q for q in args), lambda z: z + X
type Alias[U: int] = list[U]
'''


def show(table, depth=0):
    print("  " * depth, table.get_type(), table.get_name(), table.get_lineno(), table.is_nested(),
          table.is_optimized(), table.has_children())
    for symbol in table.get_symbols():
        if symbol.get_name() == "__classdict__":
            continue  # of the code of annotations, which sees the class in another way here
        kinds = [name for name in (
            "referenced", "parameter", "type_parameter", "global", "nonlocal", "declared_global", "local",
            "annotated", "free", "imported", "assigned", "namespace") if getattr(symbol, "is_" + name)()]
        print("  " * depth, " ", symbol.get_name(), *kinds)
    if isinstance(table, symtable.Function):
        print("  " * depth, " ", table.get_parameters(), sorted(table.get_locals()), table.get_frees(),
              table.get_globals(), table.get_nonlocals())
    for child in table.get_children():
        show(child, depth + 1)


show(symtable.symtable(SOURCE, "<test>", "exec"))
show(symtable.symtable("x + 1", "<test>", "eval"))
for source, mode in [("def f(x: global", "exec"), ("x", "other"), ("def f(a, a): pass", "exec")]:
    try:
        symtable.symtable(source, "<test>", mode)
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
