name, n, x = "world", 42, 3.14159
print(f"hello {name}", f"{n + 1}", f"{x:.2f}", f"{n:>6}|{n:<6}|{n:^6}|{n:06}", f"{name!r} {name!s} {name!a}", f"{{literal}}")
print(f"{n:x} {n:#x} {n:b} {n:o} {n:e} {n:,} {10**9:_}", f"{x:{n//6}.{2+1}}", f"{name:*^{len(name)+4}}", f"{n=}", f"{n = :>5}", f"{name=!s}")
print(f"{'nested'} {f'{n}'} {"same quotes"} {'a' if n else 'b'} {[i for i in range(3)]} {({'k': 1})['k']}", f"{(lambda y: y * 2)(3)}")
print(f"""multi
{n
 + 1}
line""", rf"\n{n}\t", f"{n}" "plain" f"{name}")
print(f"{n!r:>5}", f"{-5:+} {5:+} {5: }", f"{0.00001234} {1e20} {1.5e300} {123456789.123}", f"{x:10.3e}|{x:<10.1f}|{x:%}", f"{1234567.891:,.2f}", f"{True}", f"{None!s:>6}")


class F:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "F()"


print(f"{F()}", f"{F():abc}", f"{F()!r:>5}", f"{F():{n}{name}}", format(F(), "x"), f"{F()=}")
import datetime
print(f"{datetime.date(2024, 2, 29):%Y/%m/%d}", f"{'a':>3}{'b':<3}{'c':^3}|", f"{'abcdef':.3}", f"{3+4j}", f"{b'x'}", f"{[1]!s:>5}")
for bad in ("f'{x:d}'", "f'{name:d}'", "f'{n:.2x}'", "f'{undefined}'", "f'{[]:5}'", "f'{None:5}'", "f'{n:5z}'"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
for bad in ("f'{}'", "f'{a b}'", "f'{'", "f'}'", "f'{a!x}'"):
    try:
        compile(bad, "s", "eval")
    except SyntaxError as e:
        print(bad, "->", e.msg)
from string.templatelib import Template, Interpolation
t = t"hello {name!r:>10} {n + 1}!"
print(type(t).__name__, t.strings, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations], t.values)
for v in ("", "5", ">5", "*^7", "+", "08", ",", ".3"):
    print(repr(v), format(42, v) if v != ".3" else format(42.0, v), end="; ")
print()
for v in (0.0, -0.0, 1.0, 0.1, 1e-5, 1e16, 123456789012345680.0, float("inf"), float("nan"), 5e-324, 1.7976931348623157e308):
    print(v, f"{v:g}", f"{v:.3f}"[:12], f"{v:e}", f"{v:.0f}"[:8])
