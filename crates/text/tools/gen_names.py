"""Writes `src/unidata/aliases.txt` from the Unicode files NameAliases.txt and
NamedSequences.txt, keeping what a Python of the wanted Unicode version knows.

usage: gen_names.py DIRECTORY_OF_BOTH OUTPUT
"""
import sys
import unicodedata as u

lines = []
for file, first in (("NameAliases.txt", True), ("NamedSequences.txt", False)):
    for line in open(f"{sys.argv[1]}/{file}", encoding="utf-8"):
        line = line.split("#")[0].strip()
        if not line:
            continue
        a, b = line.split(";")[:2]
        name, value = (b, a) if first else (a, b)
        text = "".join(chr(int(x, 16)) for x in value.split())
        try:
            if u.lookup(name) == text:
                lines.append(f"{name};{value}\n")
        except KeyError:
            pass
open(sys.argv[2], "w").write("".join(sorted(lines)))
