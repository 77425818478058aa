import re

print(re.findall(r"\d+", "a1b22c333"), re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.split(r"[,;]\s*", "a, b;c"), re.split(r"(,)", "a,b"))
m = re.match(r"(?P<key>\w+)=(?P<value>\d+)?", "name=42 rest")
print(m.group(), m.group(1, 2), m["key"], m.groupdict(), m.span("value"), m.start(), m.end(), m.lastgroup, m.re.pattern, m.groups(), m.expand(r"\g<value>-\1"))
print(re.match("b", "ab"), re.search("b", "ab"), re.fullmatch("a.c", "abc"), re.search("(?i)ABC", "xabc").span(), bool(re.search(r"^b", "a\nb", re.M)), re.findall(".", "a\n", re.S))
print(re.sub("a", lambda m: m.group().upper() + str(m.start()), "banana"), re.subn("a", "o", "banana", count=2), re.escape("a.b*c"))
print(re.findall(r"(?<=a)b(?!c)", "ab abc xb"), re.findall(r"(a)|(b)", "ab"), re.findall(r"(?:ab)+", "ababx"), re.findall(r"a{2,3}?", "aaaaa"), re.findall(r"\bfoo\b", "foo food foo"))
print([m.group() for m in re.finditer(r"[A-Z]\w*", "Hello big World")], re.compile(r"x*").sub("-", "abxd"), re.findall(r"(\w)\1", "aabbcd"), re.findall(r"[^\W\d_]+", "é1_ß"), re.match(r"(?x) a  b # comment", "ab") is not None)
print(re.search(rb"\d+", b"a12").group(), re.findall(r"(?P<q>['\"]).*?(?P=q)", "'a' \"b\""), re.match(r"(a)?(?(1)b|c)", "ab").group(), re.match(r"(a)?(?(1)b|c)", "c").group(), re.findall(r"(?>a+)b", "aab"), re.findall(r"a++b", "aab"))
for bad in ("(", "[", "*", "a**", "(?P<1>a)", r"\1", "(?z)", "a{3,1}"):
    try:
        re.compile(bad)
        print(bad, "ok")
    except re.error as e:
        print(bad, "->", e)
p = re.compile("a", re.I)
print(p, p.flags, re.compile("a", re.I) == p, repr(m)[:40])
print(re.sub(r"\s+", " ", "a  b \n c"), re.split("x", "axbxc", maxsplit=1), re.findall("", "ab"), re.sub("(?=b)", "-", "abab"))
