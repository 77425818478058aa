"""`%time` and `%timeit`, with the words and numbers people know from IPython."""

import ast
import gc
import math
import time


class UsageError(Exception):
    """A magic that does not exist, or that was given something it does not take."""


def cpu_seconds():
    """User and system seconds of the whole process: all of its threads."""
    try:
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime, usage.ru_stime
    except (ImportError, AttributeError):
        pass
    import os

    times = os.times()
    return times.user, times.system


def format_time(seconds, precision=3):
    """`1.23 ms`, or `2min 5s` from a minute on."""
    if seconds >= 60.0:
        parts = []
        left = seconds
        for suffix, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
            count = int(left / length)
            if count > 0:
                left -= count * length
                parts.append(f"{count}{suffix}")
            if left < 1:
                break
        return " ".join(parts)
    order = 3
    if seconds > 0.0:
        order = min(-int(math.floor(math.log10(seconds)) // 3), 3)
    scale, unit = ((1.0, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns"))[order]
    return "%.*g %s" % (precision, seconds * scale, unit)


def time_call(work):
    """Runs `work`, prints what it took, and returns its value."""
    wall = time.perf_counter()
    user, system = cpu_seconds()
    try:
        return work()
    finally:
        user_end, system_end = cpu_seconds()
        wall = time.perf_counter() - wall
        user, system = user_end - user, system_end - system
        print(
            f"CPU times: user {format_time(user)}, sys: {format_time(system)}, "
            f"total: {format_time(user + system)}"
        )
        print(f"Wall time: {format_time(wall)}")


class TimeitResult:
    """What `%timeit -o` returns."""

    def __init__(self, loops, repeat, all_runs, precision):
        self.loops = loops
        self.repeat = repeat
        self.all_runs = all_runs
        self.timings = [run / loops for run in all_runs]
        self.best = min(self.timings)
        self.worst = max(self.timings)
        self._precision = precision

    @property
    def average(self):
        """Mean seconds a loop."""
        return math.fsum(self.timings) / len(self.timings)

    @property
    def stdev(self):
        """Standard deviation of the seconds a loop."""
        mean = self.average
        return (math.fsum((x - mean) ** 2 for x in self.timings) / len(self.timings)) ** 0.5

    def __str__(self):
        return (
            f"{format_time(self.average, self._precision)} ± "
            f"{format_time(self.stdev, self._precision)} per loop (mean ± std. dev. of "
            f"{self.repeat} run{'' if self.repeat == 1 else 's'}, "
            f"{self.loops:,} loop{'' if self.loops == 1 else 's'} each)"
        )

    def __repr__(self):
        return f"<TimeitResult : {self}>"


def parse_options(line):
    """Splits `-n 10 -r3 -q code` into the options and the code."""
    options = {"n": 0, "r": 7, "p": 3, "q": False, "o": False}
    rest = line.lstrip()
    while rest.startswith("-"):
        word, _, after = rest.partition(" ")
        if word == "--":
            rest = after.lstrip()
            break
        flag, value = word[1:2], word[2:]
        if flag in ("n", "r", "p"):
            if not value:
                value, _, after = after.lstrip().partition(" ")
            try:
                options[flag] = int(value)
            except ValueError:
                raise UsageError(f"option -{flag} requires a number, not {value!r}") from None
            if options[flag] < (0 if flag == "n" else 1):
                raise UsageError(f"option -{flag} requires a larger number than {value}")
        elif flag in ("q", "o", "t", "c", "v") and all(each in "qotcv" for each in value):
            for each in flag + value:
                options[each] = True
        else:
            raise UsageError(f"option -{flag} not recognized ( allowed: \"n:r:tcp:qov\" )")
        rest = after.lstrip()
    return options, rest


_TEMPLATE = """
def inner(_it, _timer):
    setup
    _t0 = _timer()
    for _i in _it:
        stmt
    _t1 = _timer()
    return _t1 - _t0
"""


class _Fill(ast.NodeTransformer):
    def __init__(self, setup, statement):
        self.bodies = {"setup": setup, "stmt": statement}

    def visit_Expr(self, node):
        """Puts the given statements where their name stands."""
        return self.bodies[node.value.id]


def timeit(setup, statement, namespace, filename, options):
    """Times a list of parsed statements; returns a `TimeitResult`."""
    tree = ast.parse(_TEMPLATE)
    tree = _Fill(setup or [ast.Pass()], statement or [ast.Pass()]).visit(tree)
    ast.fix_missing_locations(tree)
    made = {}
    exec(compile(tree, filename, "exec", dont_inherit=True), namespace, made)
    inner = made["inner"]
    timer = time.perf_counter

    def run(count):
        enabled = gc.isenabled()
        gc.disable()
        try:
            return inner(iter(range(count)), timer)
        finally:
            if enabled:
                gc.enable()

    number = options["n"]
    if number == 0:
        for power in range(10):
            number = 10**power
            if run(number) >= 0.2:
                break
    runs = [run(number) for _ in range(options["r"])]
    result = TimeitResult(number, options["r"], runs, options["p"])
    if not options["q"]:
        if result.worst > 4 * result.best and result.best > 0 and result.worst > 1e-6:
            print(
                f"The slowest run took {result.worst / result.best:0.2f} times longer than the "
                "fastest. This could mean that an intermediate result is being cached."
            )
        print(result)
    return result
