# Many threads run functions of the library for the first time at the same moment, or look into them.
import sys
import threading

import difflib
import fractions
import html
import shlex
import statistics
import string
import textwrap
import urllib.parse

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 4

FIRST_CALLS = [
    (lambda: textwrap.fill("one two three four five six", 10), "one two\nthree four\nfive six"),
    (lambda: shlex.split("a 'b c' d"), ["a", "b c", "d"]),
    (lambda: urllib.parse.urlsplit("http://a.b/c?d=e#f").netloc, "a.b"),
    (lambda: difflib.get_close_matches("appel", ["ape", "apple", "peach"]), ["apple", "ape"]),
    (lambda: str(fractions.Fraction(3, 6) + fractions.Fraction("1/4")), "3/4"),
    (lambda: statistics.median([5, 1, 4]), 4),
    (lambda: html.unescape("&lt;&eacute;&#65;"), "<\xe9A"),
    (lambda: string.Template("$a ${b}").substitute(a=1, b=2), "1 2"),
    (lambda: difflib.SequenceMatcher.find_longest_match.__doc__[:4], "Find"),
    (lambda: textwrap.TextWrapper._split.__code__.co_varnames[:2], ("self", "text")),
    (lambda: statistics.quantiles.__code__.co_consts is statistics.quantiles.__code__.co_consts, True),
]

wrong = []
barrier = threading.Barrier(threads)


def work():
    for call, expected in FIRST_CALLS:
        barrier.wait()
        found = call()
        if found != expected:
            wrong.append((found, expected))


workers = [threading.Thread(target=work) for _ in range(threads)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert not wrong, wrong
print("OK")
