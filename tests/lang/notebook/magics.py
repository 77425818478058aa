# How the text of a cell becomes Python.
from _orochi_notebook.magics import transform

CELLS = [
    "x = 1",
    "%time f(1)",
    "  %time f(1)",
    "x = %time f(1)",
    "a, b = %timeit -o f(1)",
    "%%time\nf(1)\ng('x')",
    "\n\n%%timeit -n 5 setup()\nf(1)",
    "if True:\n    %time f(1)\n    y = 2",
    "'''\n%time not me\n'''",
    "x = (1\n%time\n)",
    "x = 7 \\\n%time\n",
    "d = {'=': '= %time no'}",
    "f(x = 1, y = 2 % z)",
    "x == 1; y = 7 %time",
    "# x = %time no",
    "s = 'a # b'; x = %time f('%time')",
    '"""one""" ; x = %time 1',
    "%time f(1, \\\n   2)\ny",
    "!ls -l",
    "%nothing here",
    "x = r'\\'' ; %time",
    "f'{x[\"a\"]}'\n%time g()",
    "x += 1\ny = not %time",
    "%%time",
    "",
]

for cell in CELLS:
    result = transform(cell)
    assert cell.startswith("\n") or "%%" in cell or result.count("\n") == cell.count("\n"), cell
    print(repr(cell), "->", repr(result))
