"""A server's log taken apart line by line: named groups, alternatives, repetition, `finditer`, `sub`, `split`."""

import re

N = 12
CHECK = (88907548, 1, 39760, 10493, ["/static/area#/page#.html"])

LINE = re.compile(
    r'(?P<host>\d{1,3}(?:\.\d{1,3}){3}) - (?P<user>\S+) \[(?P<time>[^\]]+)\] '
    r'"(?P<verb>GET|POST|PUT|DELETE) (?P<path>/[^ "?]*)(?:\?(?P<query>[^ "]*))? HTTP/1\.[01]" '
    r'(?P<status>\d{3}) (?P<size>\d+|-)(?: "(?P<agent>[^"]*)")?$')
PAIR = re.compile(r"([A-Za-z_]\w*)=([^&;]*)")
DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[\s,;/()]+")


def lines(count):
    verbs = ("GET", "POST", "PUT", "DELETE")
    for i in range(count):
        query = f"?id={i * 17 % 1000}&page={i % 9};sort=name_{i % 4}" if i % 3 else ""
        agent = f' "Mozilla/5.0 (X11; Linux x86_64) Part/{i % 50}.{i % 7}"' if i % 2 else ""
        size = i * 997 % 65536 if i % 11 else "-"
        time = f"29/Nov/2026:10:{i // 60 % 60:02}:{i % 60:02} +0000"
        yield (f"10.{i % 256}.{i // 7 % 256}.{i * 3 % 256} - user{i % 40} [{time}] "
               f'"{verbs[i % 4]} /static/area{i % 13}/page{i % 101}.html{query} HTTP/1.{i % 2}" '
               f"{200 if i % 5 else 404} {size}{agent}")


def run(n):
    log = list(lines(3000))
    log[77] = "this line is broken"
    for _ in range(n):
        total = broken = pairs = words = 0
        paths = set()
        for line in log:
            match = LINE.match(line)
            if match is None:
                broken += 1
                continue
            if match["size"] != "-":
                total += int(match["size"])
            paths.add(DIGITS.sub("#", match["path"]))
            if match["query"]:
                for pair in PAIR.finditer(match["query"]):
                    pairs += len(pair.group(1)) + len(pair.group(2))
            if match["agent"]:
                words += len(WORDS.split(match["agent"]))
    return total, broken, pairs, words, sorted(paths)
