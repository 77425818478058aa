"""The namespace of a notebook, and running one cell in it."""

import __future__
import ast
import builtins
import sys
import types

from . import display, errors, magics, timing

_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag
del _name

_COROUTINE = 0x80


class Session:
    """What `get_ipython()` returns in a cell."""

    def __init__(self, outputs):
        self.outputs = outputs
        self.execution_count = 0
        self.flags = 0
        self.loop = None
        self.module = types.ModuleType("__main__", "The namespace of the notebook.")
        self.user_ns = self.module.__dict__
        self.user_ns.update(
            __builtins__=builtins, __name__="__main__", In=[""], Out={}, get_ipython=self._get
        )
        self.user_ns.update(_ih=self.user_ns["In"], _oh=self.user_ns["Out"])
        self.user_ns.update({"_": "", "__": "", "___": "", "_i": "", "_ii": "", "_iii": ""})

    def _get(self):
        return self

    def install(self):
        """Makes the namespace the main module, and its helpers known everywhere."""
        sys.modules["__main__"] = self.module
        builtins.get_ipython = self._get
        builtins.display = self.display
        sys.displayhook = self.show

    # Running.

    def run_cell(self, source):
        """Runs a cell. What goes wrong is raised."""
        self.execution_count += 1
        number = self.execution_count
        namespace = self.user_ns
        errors.register(number, source)
        namespace["_iii"], namespace["_ii"] = namespace["_ii"], namespace["_i"]
        namespace["_i"] = namespace[f"_i{number}"] = source
        namespace["In"].append(source)
        value = self._execute(magics.transform(source), errors.cell_filename(number))
        if value is not None:
            self.show(value)

    def _execute(self, python, filename, namespace=None, local=None, first_line=1):
        """Runs statements; the value of a last expression is the result, unless `;` follows it."""
        if namespace is None:
            namespace = self.user_ns
        if local is None:
            local = namespace
        tree, silent = self._parse(python, filename, first_line)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = tree.body.pop()
        before, expression = _split(python, tree, last, first_line)
        if tree.body:
            self._evaluate(tree, before, filename, "exec", namespace, local)
        if last is None:
            return None
        tree = ast.Expression(last.value)
        value = self._evaluate(tree, expression, filename, "eval", namespace, local)
        return None if silent else value

    def _parse(self, python, filename, first_line):
        tree = compile(
            "\n" * (first_line - 1) + python,
            filename,
            "exec",
            ast.PyCF_ONLY_AST | self._await_flag(python) | self.flags,
            dont_inherit=True,
        )
        return tree, _ends_with_semicolon(python, tree, first_line)

    def _await_flag(self, python):
        # Asked for only where it can matter.
        return ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if "await" in python or "async" in python else 0

    def _evaluate(self, tree, text, filename, mode, namespace, local):
        flags = self.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT * _has_await(tree)
        code = compile(tree if text is None else text, filename, mode, flags, dont_inherit=True)
        self.flags |= code.co_flags & _FUTURE
        result = eval(code, namespace, local)
        if code.co_flags & _COROUTINE:
            result = self._await(result)
        return result

    def _await(self, coroutine):
        import asyncio

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        return self.loop.run_until_complete(coroutine)

    # Showing values.

    def show(self, value):
        """Makes `value` the result of the cell: `Out[n]`, `_` and the rest."""
        if value is None:
            return
        number = self.execution_count
        data, metadata = display.bundle(value)
        item = {
            "data": _stored(data),
            "execution_count": number,
            "metadata": metadata,
            "output_type": "execute_result",
        }
        text = data.get("text/plain", "")
        separator = "\n" if "\n" in text else ""
        self.outputs.add(item, "stdout", f"Out[{number}]: {separator}{text}\n")
        namespace = self.user_ns
        namespace["Out"][number] = namespace[f"_{number}"] = value
        namespace["___"], namespace["__"] = namespace["__"], namespace["_"]
        namespace["_"] = value

    def display(self, *values, raw=False, metadata=None, **_ignored):
        """Shows values now, in the middle of a cell."""
        for value in values:
            data, extra = (dict(value), {}) if raw else display.bundle(value)
            item = {
                "data": _stored(data),
                "metadata": {**extra, **(metadata or {})},
                "output_type": "display_data",
            }
            self.outputs.add(item, "stdout", f"{data.get('text/plain', value)}\n")

    # Magics.

    def run_line_magic(self, name, line):
        """Runs `%name line`."""
        work = {"time": self._line_time, "timeit": self._line_timeit}.get(name)
        if work is None:
            raise timing.UsageError(f"Line magic function `%{name}` not found.")
        return work(line, sys._getframe(1))

    def run_cell_magic(self, name, line, body):
        """Runs `%%name line` with the rest of the cell."""
        work = {"time": self._cell_time, "timeit": self._cell_timeit}.get(name)
        if work is None:
            raise timing.UsageError(f"Cell magic `%%{name}` not found.")
        return work(line, body, sys._getframe(1))

    def unsupported(self, text):
        """Says that a line is an escape to the shell, which notebooks here do not have."""
        raise timing.UsageError(f"Shell commands such as `{text.strip()}` are not supported.")

    def _line_time(self, line, frame):
        return self._time(magics.transform(line), frame, frame.f_lineno)

    def _cell_time(self, line, body, frame):
        if line.strip():
            raise timing.UsageError("Can't use statement directly after '%%time'!")
        return self._time(magics.transform(body), frame, frame.f_lineno + 1)

    def _time(self, python, frame, first_line):
        filename = frame.f_code.co_filename
        # A syntax error is reported before any clock starts.
        self._parse(python, filename, first_line)
        space, local = frame.f_globals, frame.f_locals
        return timing.time_call(
            lambda: self._execute(python, filename, space, local, first_line)
        )

    def _line_timeit(self, line, frame):
        options, code = timing.parse_options(line)
        if not code:
            return None
        return self._timeit("", code, options, frame, frame.f_lineno)

    def _cell_timeit(self, line, body, frame):
        options, setup = timing.parse_options(line)
        return self._timeit(setup, body, options, frame, frame.f_lineno + 1)

    def _timeit(self, setup, code, options, frame, first_line):
        filename = frame.f_code.co_filename
        setup_tree, _ = self._parse(magics.transform(setup), filename, max(1, first_line - 1))
        tree, _ = self._parse(magics.transform(code), filename, first_line)
        namespace = frame.f_globals
        if frame.f_locals is not namespace and frame.f_code.co_name != "<module>":
            namespace = {**namespace, **frame.f_locals}
        result = timing.timeit(setup_tree.body, tree.body, namespace, filename, options)
        return result if options["o"] else None


def _has_await(tree):
    """Whether `await` or its kin stand outside of functions."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            return True
        if isinstance(node, ast.comprehension) and node.is_async:
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        stack.extend(ast.iter_child_nodes(node))
    return False


def _split(python, tree, last, first_line):
    """The texts of the statements in `tree` and of the expression `last` after them, each with its lines where they
    are in the cell; None for what is better compiled as a tree."""
    above = "\n" * (first_line - 1)
    if last is None:
        return above + python, None
    lines = python.split("\n")
    row = last.lineno - first_line
    alone = last.col_offset == 0 and last.lineno == last.end_lineno and row < len(lines)
    if not alone or (tree.body and tree.body[-1].end_lineno >= last.lineno):
        return None, None
    text = lines[row].encode("utf-8", "surrogatepass")[: last.end_col_offset].decode("utf-8", "surrogatepass")
    return above + "\n".join(lines[:row]) + "\n", "\n" * (last.lineno - 1) + text


def _ends_with_semicolon(python, tree, first_line):
    """Whether a `;` follows the last statement."""
    if not tree.body or ";" not in python:
        return False
    last = tree.body[-1]
    lines = python.split("\n")
    # Columns count bytes.
    row = last.end_lineno - first_line
    tail = [lines[row].encode("utf-8", "surrogatepass")[last.end_col_offset :].decode("utf-8", "replace")]
    tail += lines[row + 1 :]
    return any(";" in line.partition("#")[0] for line in tail)


def _stored(data):
    """Output data as a notebook stores it: text as lists of lines."""
    from .document import lines

    return {
        kind: lines(value)
        if isinstance(value, str) and not kind.startswith(("image/png", "image/jpeg", "application/pdf"))
        else value
        for kind, value in data.items()
    }
