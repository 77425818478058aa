"""Patterns counted and replaced in made-up DNA, as in the Computer Language Benchmarks Game."""

import re

N = 6
CHECK = [2, 5, 12, 4, 10, 5, 9, 4, 8, 101680, 100000, 106092]
SIZE = 100000

VARIANTS = (
    "agggtaaa|tttaccct", "[cgt]gggtaaa|tttaccc[acg]", "a[act]ggtaaa|tttacc[agt]t", "ag[act]gtaaa|tttac[agt]ct",
    "agg[act]taaa|ttta[agt]cct", "aggg[acg]aaa|ttt[cgt]ccct", "agggt[cgt]aa|tt[acg]accct", "agggta[cgt]a|t[acg]taccct",
    "agggtaa[cgt]|[acg]ttaccct",
)
CODES = (("tHa[Nt]", "<4>"), ("aND|caN|Ha[DS]|WaS", "<3>"), ("a[NSt]|BY", "<2>"), (r"\|[^|][^|]*\|", "|"),
         (r"\|[^|][^|]*\|", "-"))


def sequence(size):
    """A text of the letters of DNA in lines of sixty, from a linear congruence."""
    state = 42
    letters = []
    for i in range(size):
        state = (state * 3877 + 29573) % 139968
        letters.append("acgt"[state * 4 // 139968] if i % 97 else "NBDHaW"[state % 6])
    lines = ["".join(letters[i:i + 60]) for i in range(0, size, 60)]
    return ">ONE made up\n" + "\n".join(lines) + "\n"


def run(n):
    text = sequence(SIZE)
    for _ in range(n):
        clean = re.sub(">.*\n|\n", "", text)
        counts = [len(re.findall(pattern, clean)) for pattern in VARIANTS]
        short = clean
        for pattern, replacement in CODES:
            short = re.sub(pattern, replacement, short)
        counts += [len(text), len(clean), len(short)]
    return counts
