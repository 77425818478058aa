# Templates of `%` and `str.format` at their edges.
def show(f):
    try:
        print(repr(f()))
    except Exception as error:
        print(type(error).__name__, error)


for template in "%%", "%%%d%%", "a%%%%b%s", "%", "%%%", "abc%", "%5", "%.", "%-+ #0", "%5.3", "%(a", "%(a)", "%((a)b)d", "%ld", "%hhd", "%hd", "%Ls", "%z", "%5%", "%é", "中%s中%%", "%(a)s%(b)5d", "%s%(a)s", "%.d", "%.s", "%05.1f", "%-05d|", "%+d% d", "%#x %#o %#X", "%x", "%99999999999999999999d", "%.99999999999999999999d", "%.2147483648f":
    for values in (), (7,), ("x",), 7, {"a": 1, "b": 2}, {"(a)b": 3}, (1, 2, 3):
        show(lambda: template % values)
        if template.isascii():
            show(lambda: template.encode() % (values if not isinstance(values, dict) else {k.encode(): v for k, v in values.items()}))
for template, values in [("%*d", (5, 3)), ("%-*d|", (5, 3)), ("%*d|", (-5, 3)), ("%.*f", (2, 3.14159)), ("%.*f", (-2, 3.14159)), ("%*.*s|", (6, 2, "abc")), ("%*d", ("a", 3)), ("%*d", (3,)), ("%5c|%-3c|", ("a", 98)), ("%5s|%-5s|%.1s", ("é", "中", "xyz"))]:
    show(lambda: template % values)

for template in "{}", "{{}}", "{{{}}}", "{", "}", "{{", "}}", "{{{", "}}}", "a{}b{}c", "{0}{1}", "{0}{}", "{}{0}", "{a}", "{a.b}", "{a[b]}", "{0[0]}", "{0.real}", "{!r}", "{!s:>5}", "{!a}", "{!}", "{!x}", "{!rx}", "{!r:", "{:", "{:{}}", "{:{}{}}", "{:{{}}}", "{0:{1}}", "{:>5}|", "{:*^7}|", "{:05}|", "{:.2}|", "{:=5}|", "{:+}", "{:d}", "{:s}", "{: }", "{:5s}|", "{:é>4}|", "{:中<4}|", "{[}", "{[]}", "{[a}", "{.}", "{0.}", "{0[x]y}", "{a{b}}", "中{}文", "{:{:{}}}", "{:>{w}}", "{:%}", "{99999999999999999999}", "{ 0}", "{:>100}", "{:<95}x":
    for values in (), ("ab",), (7,), ("ab", 5), ([1], "x"):
        show(lambda: template.format(*values, w=4, a={"b": 1}))
import string
show(lambda: list(string.Formatter().parse("a{0!r:>{w}}b{{c}}{d.e[f]}")))
for bad in "{", "}", "a{b", "{a!", "{a!r", "{a:{b}":
    show(lambda: list(string.Formatter().parse(bad)))
