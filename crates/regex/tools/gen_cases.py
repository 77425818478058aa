"""Writes test expectations for the matching engine, one case a line:
`code words TAB groups TAB subject TAB mode TAB result`, where the result is a
list of `start,end:lastindex:group spans`.

usage: gen_cases.py OUTPUT
"""
import random
import re
import re._compiler as C
import re._parser as P
import sys

R = random.Random(4)
out = open(sys.argv[1], "w")
seen = set()


def enc(s):
    return ".".join("%x" % ord(c) for c in s) or "e"


def show(m):
    groups = " ".join("%d,%d" % m.span(i + 1) for i in range(m.re.groups))
    return "%d,%d:%s:%s" % (*m.span(), m.lastindex or 0, groups)


def case(pattern, subject, flags=0):
    try:
        import warnings
        warnings.simplefilter("ignore")
        r = re.compile(pattern, flags)
        p = P.parse(pattern, flags)
        code = C._code(p, flags)
    except (re.error, OverflowError):
        return
    key = (pattern, flags)
    if key not in seen:
        seen.add(key)
        out.write("P\t%s\t%d\t%s\n" % (".".join("%x" % c for c in code), r.groups, repr(pattern)))
        case.last = key
    elif case.last != key:
        out.write("P\t%s\t%d\t%s\n" % (".".join("%x" % c for c in code), r.groups, repr(pattern)))
        case.last = key
    out.write("S\t%s\t%s\t%s\t%s\n" % (
        enc(subject),
        "-" if not (m := r.match(subject)) else show(m),
        "-" if not (m := r.fullmatch(subject)) else show(m),
        "|".join(show(m) for m in r.finditer(subject)) or "-",
    ))


FIXED = [
    (r"(a|ab)(c|bcd)(d*)", ["abcd", "acd", "xabcd"]), (r"(?:a*)*b", ["aaab", "aaa"]), (r"(a+|b)*", ["ab", "aab", ""]),
    (r"(?P<x>\w+)\s+(?P=x)", ["the the cat", "a b b"]), (r"(?<=abc)def", ["abcdef", "xdef"]), (r"(?<!-)\b\w+", ["-ab cd", "x"]),
    (r"(?=(a+))a*b\1", ["baaabac", "aab"]), (r"(?!.*foo)bar.*", ["bar foo", "bar baz"]), (r"^(?:(\w+)=(\d+);?)*$", ["a=1;b=22", "a=1;b"]),
    (r"(a)?(?(1)b|c)", ["ab", "c", "b"]), (r"x*?y", ["xxy"]), (r"(?:x*?y)+?z", ["xyxyz"]), (r"(?>a+)ab", ["aaab"]), (r"(?>a+)b", ["aaab"]),
    (r"a++b", ["aaab"]), (r"(?:ab)++c", ["ababc", "abab"]), (r"(?:ab)*+a", ["ababa"]), (r"a{2,3}+a", ["aaaa", "aaa"]), (r"\bfoo\b", ["a foo b", "foobar"]),
    (r"\B", ["", "ab", "a b"]), (r"(?m)^\w*$", ["ab\ncd\n", ""]), (r"\Aab\Z", ["ab", "ab\n"]), (r"ab$", ["ab\n", "ab\n\n"]),
    (r"(?i)straSSe\u0130", ["STRASSE\u0130", "strasse\u0130"]), (r"(?i)[k-m]+", ["K\u212aLm"]), (r"(?i)\u017f", ["s", "S\u017f"]), (r"(?ia)[a-z]+", ["ABc\u212a"]),
    (r"[\u4e00-\u9fff\U0001f600-\U0001f64f]+", ["ab\u4e2d\u6587\U0001f600c"]), (r"[^\W\d_]+", ["ab1_\u00e9\u4e2d"]), (r"(?i)[\u00e0-\u00ff]+", ["\u00c0\u00c9\u00d7"]),
    (r"\d+\s*\S", ["12 \u0663\u0664 x"]), (r"(?s).*", ["a\nb"]), (r".*", ["a\nb"]), (r"(.*?),(.*)", ["a,b,c"]), (r"(\w)(?:(\w)(?:(\w))?)?", ["abc", "a"]),
    (r"((a)|(b))+", ["abab", "ba"]), (r"(?:(a)|b)*", ["ab", "ba"]), (r"(a(?=b))?ab", ["ab"]), (r"(?:(?=(a))a)+b", ["aab"]), (r"([ab]*?)(?=(b)?)c", ["abc"]),
    (r"(?:a?){5}a{5}", ["aaaaa", "aaaaaa"]), (r"(?:(?:a{1,2}){1,2}){1,2}b", ["aaaab", "aab"]), (r"(?:|a)+", ["aa"]), (r"(?:a|)+?b", ["aab"]), (r"(a*)+", ["aab"]), (r"(a*?)+?b", ["aab"]),
    (r"\b|x*", ["ab xx"]), (r"(?<=(a))b", ["ab"]), (r"(?<![a-c])d", ["ad", "xd", "d"]), (r"[^a]b|c.", ["bb", "cb"]), (r"(?:ab|ac|ad)e", ["ade", "abe"]),
    (r"(?i:A)b", ["ab", "AB", "Ab"]), (r"(?-i:a)B", ["aB"]), (r"\d{3}-\d{4}", ["555-1234", "x555-12345"]), (r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", ["-1.5e10 3. .5"]),
    (r"\"(?:[^\"\\]|\\.)*\"", ['say "a\\"b" x', '"']), (r"(?x) a  b # c", ["ab"]), (r"\w+@\w+\.com", ["joe@x.com, b@y.com"]),
]
for pat, subjects in FIXED:
    for s in subjects:
        case(pat, s)
ATOMS = ["a", "b", ".", "[ab]", "[^a]", r"\w", "(a)", "(b|a)", "(?:ab)", "(?:a|b|)", r"\b", "^", "$", "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", r"\1", "(?>a|ab)", "((a)|b)", "(?:(a)|(b))", "[\u0101b]"]
QUANT = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "*+", "++", "?+"]
for _ in range(700):
    pat = "".join(R.choice(ATOMS) + R.choice(QUANT) for _ in range(R.randrange(1, 5)))
    if R.random() < 0.3:
        pat = "(?:%s)%s%s" % (pat, R.choice(["*", "+", "+?", "*?", "{2,3}"]), R.choice(ATOMS))
    fl = R.choice([0, 0, 0, re.I, re.M, re.S])
    for _ in range(2):
        case(pat, "".join(R.choice("aabb c\n\u0101A") for _ in range(R.randrange(0, 7))), fl)
