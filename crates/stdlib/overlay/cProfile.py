"""Profile a program: which functions are called how often, and what time they take.

`run` and `runctx` profile a string of code, `Profile` what happens between `enable` and `disable`,
and `python -m cProfile script.py` a whole program. `pstats` sorts and prints the result.
"""

import importlib.machinery
import importlib.util
import io
import sys

import _lsprof

__all__ = ["run", "runctx", "Profile"]


def run(statement, filename=None, sort=-1):
    """Profiles code in the main module's namespace; prints, or writes to a file."""
    import __main__

    namespace = __main__.__dict__
    runctx(statement, namespace, namespace, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """Profiles code in the given namespaces; prints, or writes to a file."""
    profile = Profile()
    try:
        profile.runctx(statement, globals, locals)
    except SystemExit:
        pass
    if filename is None:
        profile.print_stats(sort)
    else:
        profile.dump_stats(filename)


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=0.0, subcalls=True, builtins=True)

    Collects between `enable()` and `disable()`, or in a `with` block.
    """

    def print_stats(self, sort=-1):
        """Prints a table, sorted as `pstats` names it."""
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        """Writes what `pstats.Stats(file)` reads."""
        import marshal

        self.create_stats()
        with open(file, "wb") as target:
            marshal.dump(self.stats, target)

    def create_stats(self):
        """Stops, and makes `stats`."""
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Makes `stats`: by function, calls, times, and the same by caller."""
        entries = self.getstats()
        callers = {}
        self.stats = {}
        for entry in entries:
            mine = callers.setdefault(label(entry.code), {})
            calls = entry.callcount
            self.stats[label(entry.code)] = (
                calls - entry.reccallcount,
                calls,
                entry.inlinetime,
                entry.totaltime,
                mine,
            )
        for entry in entries:
            for callee in entry.calls or ():
                of_callee = callers.get(label(callee.code))
                if of_callee is None:
                    continue
                old = of_callee.get(label(entry.code), (0, 0, 0, 0))
                new = (
                    callee.callcount,
                    callee.callcount - callee.reccallcount,
                    callee.inlinetime,
                    callee.totaltime,
                )
                of_callee[label(entry.code)] = tuple(a + b for a, b in zip(old, new))

    def run(self, cmd):
        """Profiles code in the main module's namespace."""
        import __main__

        namespace = __main__.__dict__
        return self.runctx(cmd, namespace, namespace)

    def runctx(self, cmd, globals, locals):
        """Profiles code in the given namespaces."""
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        """Profiles one call, and returns what it returns."""
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *_error):
        self.disable()


def label(code):
    """How `pstats` names a function: file, line, name."""
    if isinstance(code, str):
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def main():
    """The command line."""
    import os
    import runpy
    from optparse import OptionParser

    import pstats

    sorts = sorted(pstats.Stats.sort_arg_dict_default)
    parser = OptionParser(
        usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ..."
    )
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", default=None, help="Save stats to <outfile>")
    parser.add_option(
        "-s",
        "--sort",
        dest="sort",
        default=-1,
        choices=sorts,
        help="Sort order when printing to stdout, based on pstats.Stats class",
    )
    parser.add_option(
        "-m", dest="module", action="store_true", default=False, help="Profile a library module"
    )
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, arguments = parser.parse_args()
    sys.argv[:] = arguments
    if options.outfile is not None:
        options.outfile = os.path.abspath(options.outfile)
    if not arguments:
        parser.print_usage()
        return parser
    program = arguments[0]
    if options.module:
        code = "run_module(modname, run_name='__main__')"
        namespace = {"run_module": runpy.run_module, "modname": program}
    else:
        sys.path.insert(0, os.path.dirname(program))
        with io.open_code(program) as source:
            code = compile(source.read(), program, "exec")
        spec = importlib.machinery.ModuleSpec(name="__main__", loader=None, origin=program)
        module = importlib.util.module_from_spec(spec)
        sys.modules["__main__"] = module
        namespace = module.__dict__
        namespace.update(__spec__=spec, __file__=spec.origin, __name__=spec.name)
        namespace.update(__package__=None, __cached__=None)
    try:
        runctx(code, namespace, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # The reader of our output has gone; nothing more can be told.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == "__main__":
    main()
