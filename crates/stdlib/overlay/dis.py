"""Shows the bytecode of functions, classes, modules and code objects.

It is Orochi's own bytecode: instructions work on registers, which are shown by the names of the variables in
them or as t0, t1, ... where they hold intermediate results. Offsets count instructions by twos, as f_lasti and
co_positions() do; 0 stands for the entry to the code.
"""

import collections
import io
import sys
import types

import _orochi_bytecode
from _opcode import stack_effect

__all__ = [
    "code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels", "show_code",
    "get_instructions", "Instruction", "Bytecode", "opname", "opmap", "hasarg",
    "hasconst", "hasname", "hasjump", "hasjrel", "hasjabs", "haslocal", "hasfree", "hascompare", "hasexc", "cmp_op",
    "stack_effect",
]

opname = list(_orochi_bytecode.operations())
opmap = {name: number for number, name in enumerate(opname)}


def _having(*words):
    return [op for op, row in enumerate(_orochi_bytecode.operands()) if any(word in row for word in words)]


hasarg = [op for op, row in enumerate(_orochi_bytecode.operands()) if row]
hasconst = _having("const")
hasname = _having("name")
hasjump = hasjrel = _having("jump")
hasjabs = []
haslocal = _having("register")
hasfree = _having("cell")
hascompare = [op for op, name in enumerate(opname) if name in ("LT", "LE", "EQ", "NE", "GT", "GE")]
hasexc = []
cmp_op = ("<", "<=", "==", "!=", ">", ">=")

COMPILER_FLAG_NAMES = {
    1: "OPTIMIZED",
    2: "NEWLOCALS",
    4: "VARARGS",
    8: "VARKEYWORDS",
    16: "NESTED",
    32: "GENERATOR",
    64: "NOFREE",
    128: "COROUTINE",
    256: "ITERABLE_COROUTINE",
    512: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}

_HAVE_CODE = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)

Positions = collections.namedtuple(
    "Positions", ("lineno", "end_lineno", "col_offset", "end_col_offset"), defaults=(None,) * 4)

_Fields = collections.namedtuple("_Fields", (
    "opname", "opcode", "arg", "argval", "argrepr", "offset", "start_offset", "starts_line", "line_number",
    "label", "positions", "cache_info"), defaults=(None, None, None))


class Instruction(_Fields):
    """One instruction.

    arg is the tuple of its operands as numbers, argval the name, constant or offset that it refers to (None if
    to none), argrepr all operands as text.
    """

    __slots__ = ()

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def cache_offset(self):
        return self.offset + 2

    @property
    def end_offset(self):
        return self.offset + 2

    @property
    def jump_target(self):
        """The offset of the instruction that this one may jump to, or None."""
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        return _line(self, False, 0, 0)


def pretty_flags(flags):
    """The names of the bits of co_flags."""
    names = []
    for bit in (1 << i for i in range(32)):
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
    return ", ".join(names) or hex(0)


def _code_of(x):
    """The code object of anything that has one."""
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if isinstance(x, str):
        x = _compile(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def _compile(source, name):
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def _offset(index):
    return (index + 1) * 2


def findlabels(code):
    """The offsets that are targets of jumps in a code object."""
    found = []
    for *_, target in _orochi_bytecode.instructions(_code_of(code)):
        if target is not None and _offset(target) not in found:
            found.append(_offset(target))
    return found


def findlinestarts(code):
    """Pairs (offset, line) where a line begins."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def _labels(rows, handlers):
    targets = {target for *_, target in rows if target is not None}
    targets.update(target for _, _, target, _ in handlers)
    return {target: number for number, target in enumerate(sorted(targets), start=1)}


def _instructions(code, line_offset=0):
    rows = _orochi_bytecode.instructions(code)
    labels = _labels(rows, _orochi_bytecode.exceptions(code))
    places = list(code.co_positions())[1:]
    last = None
    for index, (number, operands, value, text, target) in enumerate(rows):
        place = Positions(*places[index]) if index < len(places) else Positions()
        line = place.lineno
        starts = line != last
        last = line
        if line is not None and line_offset:
            line += line_offset
            place = place._replace(lineno=line, end_lineno=place.end_lineno + line_offset)
        if target is not None:
            value = _offset(target)
            text = ", ".join(filter(None, (text, f"to L{labels[target]}")))
        offset = _offset(index)
        yield Instruction(opname[number], number, operands, value, text, offset, offset, starts, line,
                          labels.get(index), place)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """The instructions of a function, method, class's code, string of source or code object, one by one."""
    code = _code_of(x)
    return _instructions(code, first_line - code.co_firstlineno if first_line is not None else 0)


def _place(positions):
    if positions is None or positions.lineno is None:
        return "?"
    mark = ["?" if n is None else str(n) for n in positions]
    return f"{mark[0]}:{mark[2]}-{mark[1]}:{mark[3]}"


def _line(instruction, current, line_width, offset_width, label_width=0, place_width=0):
    fields = []
    if place_width:
        shown = _place(instruction.positions) if instruction.starts_line or instruction.positions else ""
        fields.append(shown.ljust(place_width))
    elif line_width:
        line = instruction.line_number
        shown = ("--" if line is None else str(line)) if instruction.starts_line else ""
        fields.append(shown.rjust(line_width))
    fields.append("-->" if current else "   ")
    if label_width:
        label = f"L{instruction.label}:" if instruction.label is not None else ""
        fields.append(label.rjust(label_width))
    if offset_width:
        fields.append(str(instruction.offset).rjust(offset_width))
    fields.append(instruction.opname.ljust(26 if instruction.argrepr else 0))
    fields.append(instruction.argrepr)
    return " ".join(fields).rstrip()


def _print(code, file, lasti=-1, line_offset=0, show_offsets=False, show_positions=False):
    instructions = list(_instructions(code, line_offset))
    handlers = _orochi_bytecode.exceptions(code)
    lines = [i.line_number for i in instructions if i.line_number is not None]
    line_width = max(3, len(str(max(lines)))) if lines else 0
    labels = [i.label for i in instructions if i.label is not None]
    label_width = len(f"L{max(labels)}:") if labels else 0
    offset_width = len(str(instructions[-1].offset)) if show_offsets and instructions else 0
    place_width = max((len(_place(i.positions)) for i in instructions), default=0) if show_positions else 0
    first = True
    for i in instructions:
        if i.starts_line and i.line_number is not None and not first and not show_positions:
            print(file=file)
        first = False
        print(_line(i, i.offset == lasti, line_width, offset_width, label_width, place_width), file=file)
    if handlers:
        by_index = {i.offset // 2 - 1: i.label for i in instructions}
        print("ExceptionTable:", file=file)
        for start, end, target, register in handlers:
            print(f"  {_offset(start)} to {_offset(end - 1)} -> L{by_index[target]} [{register}]", file=file)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False,
                show_positions=False):
    """Prints the instructions of one code object."""
    _print(co, file, lasti, 0, show_offsets, show_positions)


disco = disassemble


def _disassemble_all(code, file, depth, **options):
    disassemble(code, file=file, **options)
    if depth is not None and depth <= 0:
        return
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            print(file=file)
            print("Disassembly of %r:" % (constant,), file=file)
            _disassemble_all(constant, file, None if depth is None else depth - 1, **options)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False,
        show_positions=False):
    """Prints the instructions of x and of what is defined in it; of the last traceback if there is no x."""
    options = dict(show_offsets=show_offsets, show_positions=show_positions)
    if x is None:
        distb(file=file, **options)
        return
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if hasattr(x, "__dict__"):
        for name, member in sorted(x.__dict__.items()):
            if isinstance(member, _HAVE_CODE):
                print("Disassembly of %s:" % name, file=file)
                try:
                    dis(member, file=file, depth=depth, **options)
                except TypeError as reason:
                    print("Sorry:", reason, file=file)
                print(file=file)
    elif hasattr(x, "co_code"):
        _disassemble_all(x, file, depth, **options)
    elif isinstance(x, str):
        _disassemble_all(_compile(x, "<dis>"), file, depth, **options)
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Prints the code in which a traceback ends (the last one's, if none is given)."""
    if tb is None:
        if hasattr(sys, "last_exc"):
            tb = sys.last_exc.__traceback__
        else:
            tb = getattr(sys, "last_traceback", None)
        if tb is None:
            raise RuntimeError("no last traceback to disassemble")
    while tb.tb_next:
        tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets,
                show_positions=show_positions)


def code_info(x):
    """What there is to say of a code object besides its instructions."""
    code = _code_of(x)
    out = [
        f"Name:              {code.co_name}",
        f"Filename:          {code.co_filename}",
        f"Argument count:    {code.co_argcount}",
        f"Positional-only arguments: {code.co_posonlyargcount}",
        f"Kw-only arguments: {code.co_kwonlyargcount}",
        f"Number of locals:  {code.co_nlocals}",
        f"Stack size:        {code.co_stacksize}",
        f"Flags:             {pretty_flags(code.co_flags)}",
    ]
    tables = [
        ("Constants", map(repr, code.co_consts)),
        ("Names", code.co_names),
        ("Variable names", code.co_varnames),
        ("Free variables", code.co_freevars),
        ("Cell variables", code.co_cellvars),
    ]
    for title, row in tables:
        row = list(row)
        if row:
            out.append(f"{title}:")
            out.extend("%4d: %s" % item for item in enumerate(row))
    return "\n".join(out)


def show_code(co, *, file=None):
    """Prints code_info(co)."""
    print(code_info(co), file=file)


class Bytecode:
    """The instructions of a piece of code, to iterate over or to show."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False,
                 show_offsets=False, show_positions=False):
        self.codeobj = code = _code_of(x)
        self._original_object = x
        self.first_line = code.co_firstlineno if first_line is None else first_line
        self._line_offset = self.first_line - code.co_firstlineno
        self.current_offset = current_offset
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return _instructions(self.codeobj, self._line_offset)

    def __repr__(self):
        return "{}({!r})".format(type(self).__name__, self._original_object)

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """Of the code in which a traceback ends, with the place marked."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        return code_info(self.codeobj)

    def dis(self):
        """The text that dis() would print."""
        with io.StringIO() as out:
            _print(self.codeobj, out, -1 if self.current_offset is None else self.current_offset,
                   self._line_offset, self.show_offsets, self.show_positions)
            return out.getvalue()


def _find_imports(co):
    """Triples (name, level, fromlist) of the import statements in a code object."""
    held = {}
    load = {opmap[name] for name in ("LOAD_CONST", "LOAD_INT", "LOAD_NONE")}
    for number, operands, value, _, _ in _orochi_bytecode.instructions(co):
        if number in load:
            held[operands[0]] = value
        elif number == opmap["IMPORT_NAME"]:
            base = operands[1]
            yield value, held.get(base, 0), held.get(base + 1)


def _find_store_names(co):
    """The names that a code object sets in its namespace or globally."""
    stores = {opmap["STORE_NAME"], opmap["STORE_GLOBAL"]}
    for number, _, value, _, _ in _orochi_bytecode.instructions(co):
        if number in stores:
            yield value


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument("-C", "--show-caches", action="store_true", help="accepted for CPython's sake")
    parser.add_argument("-O", "--show-offsets", action="store_true", help="show instruction offsets")
    parser.add_argument("-P", "--show-positions", action="store_true", help="show instruction positions")
    parser.add_argument("-S", "--specialized", action="store_true", help="accepted for CPython's sake")
    parser.add_argument("infile", nargs="?", default="-")
    args = parser.parse_args(args=args)
    if args.infile == "-":
        name = "<stdin>"
        source = sys.stdin.buffer.read()
    else:
        name = args.infile
        with open(args.infile, "rb") as infile:
            source = infile.read()
    dis(compile(source, name, "exec"), show_offsets=args.show_offsets, show_positions=args.show_positions)


if __name__ == "__main__":
    main()
