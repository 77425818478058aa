"""Compares what two interpreters make of generated cases, case by case.

    compare.py --peer COMMAND [--subject COMMAND] [--seed N] [--cases N] [--first N] [--kind methods|programs|hot]
    compare.py --peer COMMAND --self-test      are bugs that are put in found?
    compare.py --peer COMMAND --subject COMMAND --seeded N      are the N bugs that are compiled into the subject found?
    compare.py --coverage [--cases N]          what the cases reach, and what they never do (run it on CPython)

Every difference that `known.txt` does not explain is printed, reduced to the smallest case that still
differs. A case that ends an interpreter, or that takes too long, counts as a difference.
"""

import argparse
import ast
import json
import os
import re
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
RUN = os.path.join(HERE, "run.py")
# Cases that one process runs. A case that ends the process, as one that takes too long does, cuts its batch short.
BATCH = {"methods": 10000, "programs": 500, "hot": 200}
# Seconds in which a batch must get on (a case also has `run.SECONDS` of processor time), and for one case when reducing.
PATIENCE = 240
CASE_PATIENCE = 60
MEMORY = 2_500_000_000


def limited():
    """Ends what eats memory before the machine does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Known:
    """The differences that are no news: `known.txt`."""

    def __init__(self):
        self.rules = []
        with open(os.path.join(HERE, "known.txt"), encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    verb, *fields = line.rstrip("\n").split("\t")
                    self.rules.append((verb, [re.compile(each) if verb == "differ" or i == 0 else each for i, each in enumerate(fields)]))

    def explains(self, source, peer, subject):
        for verb, fields in self.rules:
            if verb == "same":
                peer = fields[0].sub(fields[1], peer)
                subject = fields[0].sub(fields[1], subject)
            elif verb == "order":
                if fields[0].search(source) and sorted(peer) == sorted(subject):
                    return True
            elif all(pattern.search(text) for pattern, text in zip(fields, (source, peer, subject))):
                return True
        return peer == subject

    def concerns(self, source, text):
        """Whether a rule is about an answer, whoever gave it."""
        for verb, fields in self.rules:
            if verb == "same" and fields[0].search(text):
                return True
            if verb == "differ" and fields[0].search(source) and any(pattern.search(text) for pattern in fields[1:]):
                return True
        return False


class Batch:
    """A run of cases on one interpreter."""

    def __init__(self, command, kind, seed, first, count, bug=""):
        environment = dict(os.environ, FUZZ_BUG=bug)
        words = [*command, RUN, kind, str(seed), str(first), str(count)]
        # Files, so that neither of two interpreters waits for its answers to be read.
        self.out, self.err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stdout=self.out, stderr=self.err, env=environment, preexec_fn=limited)
        self.first = first
        self.count = count

    def finish(self):
        """Waits for the end, or until nothing has come for too long: how it ended."""
        size, since = 0, time.monotonic()
        while True:
            try:
                status = self.process.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                now = os.fstat(self.out.fileno()).st_size
                if now != size:
                    size, since = now, time.monotonic()
                elif time.monotonic() - since > PATIENCE:
                    self.process.kill()
                    self.process.wait()
                    return "took too long"
        if status == -signal.SIGPROF:
            return "took too long"
        self.err.seek(0)
        return f"ended with status {status}: " + self.err.read().decode("utf-8", "replace")[-300:].replace("\n", " ")

    def lines(self):
        """Outcomes by number; the case that ended the process or took too long has one that says so."""
        ended = self.finish()
        self.out.seek(0)
        out = self.out.read()
        self.out.close()
        self.err.close()
        found = {}
        for line in out.decode("utf-8", "replace").split("\n"):
            number, space, text = line.partition(" ")
            if number.isdigit():
                found[int(number)] = text
        if len(found) < self.count or self.process.returncode:
            last = max(found, default=self.first)
            found[last] = ended
        return found


def batch(arguments, kind, first, count, bug=""):
    """Both interpreters' outcomes for some cases."""
    subject = Batch(arguments.subject, kind, arguments.seed, first, count, bug)
    peer = Batch(arguments.peer, kind, arguments.seed, first, count)
    return peer.lines(), subject.lines()


class Server:
    """An interpreter that is given sources, for reducing."""

    def __init__(self, command, hashes="random"):
        self.command = command
        self.environment = dict(os.environ, PYTHONHASHSEED=hashes)
        self.process = None

    def ask(self, kind, source):
        if self.process is None:
            self.process = subprocess.Popen([*self.command, RUN, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment, preexec_fn=limited)
        try:
            self.process.stdin.write(json.dumps([kind, source]).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            return self.gone("ended")
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(CASE_PATIENCE):
                return self.gone("took too long")
        answer = self.process.stdout.readline().decode("utf-8", "replace")
        return answer.rstrip("\n") if answer else self.gone("ended")

    def gone(self, how):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        return how


class Reducer:
    """Looks for a smaller source that differs too."""

    def __init__(self, arguments, known):
        self.peer = Server(arguments.peer)
        self.subject = Server(arguments.subject)
        # The peer with other hashes of texts.
        self.others = [Server(arguments.peer, str(seed)) for seed in range(8)]
        self.known = known
        self.left = 0

    def again(self, kind, source):
        """The answers of both to a case on its own."""
        return self.peer.ask(kind, source), self.subject.ask(kind, source)

    def is_unspecified(self, kind, source):
        """Whether the peer itself answers differently from run to run."""
        return len({each.ask(kind, source) for each in self.others}) > 1

    def differs(self, kind, source):
        if self.left <= 0:
            return False
        self.left -= 1
        peer, subject = self.peer.ask(kind, source), self.subject.ask(kind, source)
        return peer != subject and not self.known.explains(source, peer, subject) and not self.is_unspecified(kind, source)

    def reduce(self, kind, source):
        self.left = 400
        if not self.differs(kind, source):
            return source
        smaller = True
        while smaller and self.left > 0:
            smaller = False
            for candidate in candidates(source):
                if len(candidate) < len(source) and self.differs(kind, candidate):
                    source = candidate
                    smaller = True
                    break
        return source


def candidates(source):
    """Sources with something less: whole statements first, then parts of expressions."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        lines = source.split("\n")
        for size in (8, 4, 2, 1):
            for start in range(0, len(lines), size):
                yield "\n".join(lines[:start] + lines[start + size:])
        return
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            for size in {len(block), len(block) // 2, 1} - {0}:
                for start in range(0, len(block), size):
                    kept = block[:start] + block[start + size:]
                    if name == "body" and not kept and not isinstance(node, ast.Module):
                        kept = [ast.Pass()]
                    yield changed(tree, node, name, kept)
            for index, inner in enumerate(block):
                within = getattr(inner, "body", None)
                if isinstance(within, list) and isinstance(inner, ast.stmt):
                    yield changed(tree, node, name, block[:index] + within + block[index + 1:])
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and not isinstance(value, (ast.Name, ast.Constant)):
                inner = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
                for simpler in (ast.Constant(1), ast.Constant(None), *inner):
                    yield changed(tree, node, name, simpler)
            elif isinstance(value, list) and value and isinstance(value[0], (ast.expr, ast.keyword)):
                for index in range(len(value)):
                    yield changed(tree, node, name, value[:index] + value[index + 1:])


def changed(tree, node, name, value):
    """The source of the tree with another value in one field."""
    old = getattr(node, name)
    setattr(node, name, value)
    try:
        return ast.unparse(tree) + "\n"
    except Exception:
        return " " * 100000
    finally:
        setattr(node, name, old)


def compare(arguments):
    import methods
    import run

    known = Known()
    reducer = Reducer(arguments, known)
    listed = methods.entries()
    kinds = [arguments.kind] if arguments.kind else ["methods", "programs"]
    differing = done = explained = 0
    started = time.monotonic()
    for kind in kinds:
        number = arguments.first
        end = arguments.first + arguments.cases
        while number < end:
            count = min(BATCH[kind], end - number)
            peer, subject = batch(arguments, kind, number, count)
            reached = max(number, min(max(peer, default=number), max(subject, default=number))) + 1
            for each in range(number, reached):
                one, other = peer.get(each, "missing"), subject.get(each, "missing")
                if one == other:
                    continue
                source, name = run.source_of(kind, arguments.seed, each, listed)
                if "took too long" in (one, other):
                    # Perhaps the machine was busy.
                    one, other = reducer.again(kind, source)
                if known.explains(source, one, other) or reducer.is_unspecified(kind, source):
                    explained += 1
                    continue
                differing += 1
                if differing <= arguments.show:
                    report(reducer, arguments, kind, each, name, source, one, other)
            done += reached - number
            number = reached
            seconds = time.monotonic() - started
            print(f"{kind}: {done} cases, {differing} differ, {explained} as known, {seconds:.0f} s, {done / seconds:.0f} a second", flush=True)
    return differing


def report(reducer, arguments, kind, number, name, source, one, other):
    print(f"--- {kind} {arguments.seed} {number}: {name}")
    if arguments.reduce:
        source = reducer.reduce(kind, source)
        one, other = reducer.peer.ask(kind, source), reducer.subject.ask(kind, source)
    print(source.rstrip("\n"))
    print("  peer:   ", one[:600])
    print("  subject:", other[:600], flush=True)


def self_test(arguments):
    """How many cases it takes to find each of the bugs."""
    import bugs

    found = 0
    for name, bug in bugs.BUGS.items():
        kind = "programs" if isinstance(bug, bugs.Miscompiled) else "methods"
        at = None
        # The right answers are the peer's own, so that nothing but the bug differs.
        arguments.subject = arguments.peer
        step = BATCH[kind]
        for first in range(0, 20000, step):
            peer, subject = batch(arguments, kind, first, step, name)
            differing = [each for each in sorted(peer) if peer[each] != subject.get(each)]
            if differing:
                at = differing[0]
                break
        found += at is not None
        print(f"{name}: " + ("never" if at is None else f"case {at}"), flush=True)
    print(f"{found} of {len(bugs.BUGS)} found")
    return found < len(bugs.BUGS)


def seeded(arguments):
    """How many cases it takes to find each of the bugs that are compiled into the subject."""
    kind = arguments.kind or "hot"
    right = {}
    found = 0
    for bug in range(arguments.seeded):
        os.environ["OROCHI_JIT_BUG"] = str(bug)
        at = None
        for first in range(0, 20000, BATCH[kind]):
            if first not in right:
                right[first] = Batch(arguments.peer, kind, arguments.seed, first, BATCH[kind]).lines()
            answers = Batch(arguments.subject, kind, arguments.seed, first, BATCH[kind]).lines()
            differing = [each for each, answer in sorted(right[first].items()) if answers.get(each) != answer]
            if differing:
                at = differing[0]
                break
        found += at is not None
        print(f"bug {bug}: " + ("never" if at is None else f"case {at}"), flush=True)
    print(f"{found} of {arguments.seeded} found")
    return found * 10 < arguments.seeded * 9


def coverage(arguments):
    """What the cases reach of the grammar and of the built-in types."""
    import methods
    import programs
    import run

    listed = methods.entries()
    reached = {run.source_of("methods", arguments.seed, each, listed)[1] for each in range(arguments.cases)}
    names = {f"{entry[0]}.{entry[1]}" for entry in listed}
    print(f"methods and attributes: {len(names & reached)} of {len(names)}; never: {' '.join(sorted(names - reached)) or 'none'}")
    shapes = set()
    valid = 0
    for each in range(arguments.cases // 5):
        source, _ = run.source_of("programs", arguments.seed, each, listed)
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        valid += 1
        for node in ast.walk(tree):
            shapes.update(node_shapes(node))
    rules = {f"{rule}: {method.__name__}" for rule, choices in programs.RULES.items() for _, method in choices}
    print(f"programs: {valid} of {arguments.cases // 5} can be compiled")
    print(f"alternatives of rules: {len(rules & set(programs.HITS))} of {len(rules)}; never: {' '.join(sorted(rules - set(programs.HITS))) or 'none'}")
    possible = possible_shapes()
    print(f"nodes of the tree and what may be in them: {len(possible & shapes)} of {len(possible)}; never: {' '.join(sorted(possible - shapes)) or 'none'}")


def node_shapes(node):
    """The kind of a node, and of each optional part whether it is there."""
    kind = type(node).__name__
    yield kind
    types = type(node)._field_types
    for name, value in ast.iter_fields(node):
        if is_optional(types.get(name)):
            yield f"{kind}.{name}{'-' if value is None or value == [] else '+'}"


def is_optional(annotation):
    return type(None) in getattr(annotation, "__args__", ()) or getattr(annotation, "__origin__", None) is list


# Parts that can never be missing, or that only other kinds of sources have.
IMPOSSIBLE = re.compile(
    r".*\.type_comment\+|.*\.type_ignores\+|.*\.body-|.*\.ops-|.*\.comparators-|.*\.values-|.*\.targets-|.*\.names-|.*\.generators-|.*\.items-|.*\.cases-|.*\.ctx.*|Delete\.targets-"
    r"|Constant\.kind\+|FunctionType.*|Interactive.*|Expression.*|Set.elts-|TypeIgnore|Param|AugLoad|AugStore|Suite|Index|ExtSlice|MatchOr\.patterns-|TryStar\.handlers-|ImportFrom\.level-|TemplateStr\.values-"
    r"|Dict\.keys.*|mod|stmt|expr|expr_context|boolop|operator|unaryop|cmpop|excepthandler|pattern|type_ignore|type_param|slice|AST|Ellipsis|NameConstant|Num|Str|Bytes|Module\.body.*"
)


def possible_shapes():
    found = set()
    for name, kind in vars(ast).items():
        if not (isinstance(kind, type) and issubclass(kind, ast.AST)) or not hasattr(kind, "_field_types"):
            continue
        found.add(name)
        for field, annotation in kind._field_types.items():
            if is_optional(annotation):
                found.update((f"{name}.{field}+", f"{name}.{field}-"))
    return {each for each in found if not IMPOSSIBLE.fullmatch(each)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=str.split)
    parser.add_argument("--subject", type=str.split, default=[sys.executable])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--kind", choices=("methods", "programs", "hot"))
    parser.add_argument("--show", type=int, default=40, help="how many differences to print")
    parser.add_argument("--no-reduce", dest="reduce", action="store_false")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--seeded", type=int, default=0, metavar="N")
    parser.add_argument("--coverage", action="store_true")
    arguments = parser.parse_args()
    if arguments.coverage:
        return coverage(arguments)
    if not arguments.peer:
        parser.error("--peer is needed")
    if arguments.seeded:
        sys.exit(seeded(arguments))
    sys.exit(bool(self_test(arguments) if arguments.self_test else compare(arguments)))


if __name__ == "__main__":
    main()
