# A search finds the first position where a match begins, whatever narrows it.
import random
import re

PATTERNS = [
    "agggtaaa|tttaccct", "[cgt]gggtaaa|tttaccc[acg]", "a[act]g|tt[agt]c", "ab?c|a.c", "a*bc", "a+?b|ca", "(?:ab){1,2}c", "(?:ab)*c",
    r"\bca|t\b", r"\d\d|[a-c]t", "(a|bc)(d|ab)", "a{2,3}b", "a{0,2}bc|c{2}", "[^a][^b]c", "(?i:ab|CA)", "(?i)t[ab]g", "a(?=b)|b(?!a)t", "(?<=a)b|cc",
    "(a)?(?(1)b|c)a", "x|y|z|a|b|c|d|ee|tt", r"é|[à-ü]a", "\u4e2da|a\u4e2d|[\u4e00-\u4e30]b", ".a|a.", "(?s:.)a|bb", "a|b|", "a++b|ca", "(?>a+)b|cc", "$a|^c", r"\Aa|b\Z",
    "(?:a|b|c)(?:a|b|c)(?:a|b|c)t", "[ab][cd][et]|t", "(?:[ab]|c[ab])[ab]t", "((?:a|b)*?)ct", "(?:|a)(?:|b)ct",
]
TEXTS = ["acgt", "abc t", "abct\u4e2d\u4e01\n", "aébàüc", "ab\U0001f600ct"]


def first(pattern, text):
    """What a search must find, by trying everywhere."""
    return next((match for i in range(len(text) + 1) if (match := pattern.match(text, i))), None)


def same(pattern, text):
    found, expected = pattern.search(text), first(pattern, text)
    if (found and (found.span(), found.groups())) != (expected and (expected.span(), expected.groups())):
        print(f"{pattern.pattern!a} in {text!a}: {found}, not {expected}")
    return found is not None


numbers = random.Random(5)
for source in PATTERNS:
    pattern = re.compile(source)
    hits = sum(same(pattern, "".join(numbers.choices(letters, k=numbers.randrange(14)))) for letters in TEXTS for _ in range(40))
    print(ascii(source), hits)
    if source.isascii():
        data = re.compile(source.encode())
        hits = sum(same(data, bytes(numbers.choices(b"abct\xff", k=numbers.randrange(14)))) for _ in range(40))
        print("as bytes", hits)
text = "x" * 200_000 + "tttaccct" + "y" * 10
print(re.search("agggtaaa|tttaccct", text).span(), re.findall("[ab]|yy", text)[:3], re.search("agggtaaa|tttaccct", text, re.I).start())
