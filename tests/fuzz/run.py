"""Runs cases and prints a line a case: its number and what came out.

    run.py introspect                          write `methods.txt` (on CPython)
    run.py methods SEED FIRST COUNT            cases FIRST.. of the built-in types
    run.py programs SEED FIRST COUNT           programs from the grammar
    run.py hot SEED FIRST COUNT                programs for a compiler of hot code
    run.py text KIND SEED NUMBER               the source of one case
    run.py serve                               sources on standard input, a line of JSON each
"""

import io
import json
import os
import re
import signal
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import copy
import functools
import math
import operator
import pickle

import bugs
import chance
import hot
import methods
import programs
import show

STATE = "rabcde"
# Of processor time: a case that takes more ends the process. It is the processor's time so that a busy machine changes no answer.
SECONDS = 3
BRACES = re.compile(r"\{([^{}:]*)\}")
EXTRA = {"copy": copy, "pickle": pickle, "operator": operator, "functools": functools, "math": math}


def clean(text):
    """Without what depends on where the files lie, or on the order of a set, and on one line."""
    text = BRACES.sub(lambda found: "{" + ", ".join(sorted(found.group(1).split(", "))) + "}", text)
    return text.replace(HERE, "FUZZ").replace("\n", "\\n")


def outcome_of_calls(source, bug):
    """What a case of `methods` shows: the result or the exception, then what its operands are now."""
    namespace = methods.namespace_for(source)
    namespace.update(EXTRA)
    captured = io.StringIO()
    namespace["print"] = functools.partial(print, file=captured)
    try:
        exec(bug.compiled(source, "<case>"), namespace)
        result = "ok"
    except BaseException as exception:
        result = "!" + show.error(exception)
    parts = [result]
    for name in STATE:
        if name in namespace:
            try:
                parts.append(f"{name}={show.show(namespace[name])}")
            except Exception as exception:
                parts.append(f"{name} cannot be shown: {show.error(exception)}")
    if captured.getvalue():
        parts.append("printed " + ascii(show.ADDRESS.sub("0x", captured.getvalue())))
    return clean(" | ".join(parts))


def outcome_of_program(source, bug):
    """What a program prints, or why it cannot be compiled."""
    return clean(programs.run(source, bug.compiled))


def source_of(kind, seed, number, listed):
    choices = chance.Chance(seed, number)
    if kind == "methods":
        return methods.case(choices, number, listed)
    if kind == "hot":
        return hot.case(choices), "hot program"
    return programs.case(choices, number), "program"


def outcome(kind, source, bug):
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    if kind == "methods":
        return bug.answer(source, outcome_of_calls(source, bug))
    return outcome_of_program(source, bug)


def main(words):
    warnings.simplefilter("ignore")
    sys.set_int_max_str_digits(4300)
    sys.stdout.reconfigure(errors="backslashreplace")
    bug = bugs.chosen(os.environ.get("FUZZ_BUG", ""))
    match words:
        case ["introspect"]:
            methods.introspect()
        case ["text", kind, seed, number]:
            print(source_of(kind, int(seed), int(number), methods.entries())[0])
        case ["serve"]:
            for line in sys.stdin:
                kind, source = json.loads(line)
                print("=" + outcome(kind, source, bug), flush=True)
        case [kind, seed, first, count]:
            listed = methods.entries()
            out = sys.stdout
            for number in range(int(first), int(first) + int(count)):
                source, _ = source_of(kind, int(seed), number, listed)
                out.write(f"{number} ")
                out.flush()
                out.write(outcome(kind, source, bug) + "\n")
            out.flush()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
