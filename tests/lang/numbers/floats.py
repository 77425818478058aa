import math
for x in (0.1, 1.0, 100.0, 1e15, 1e16, 1e17, 123456.789, 1e-4, 1e-5, -0.0, 2.5, 1 / 3, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e22, 1e23, 9007199254740993.0):
    print(repr(x), str(x), x.hex(), x.as_integer_ratio() if 1e-10 < abs(x) < 1e10 else "", round(x, 2), int(x) if abs(x) < 1e18 else "")
print(float("1e5"), float(" -1.5 "), float("inf"), float("-Infinity"), float("nan"), float("1_000.5"), float.fromhex("0x1.8p3"), float("1e400"), float("1e-400"))
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, 2.0 ** 0.5, (-8.0) ** (1 / 3), 2.0 ** -1, 0.0 ** 0, 1e308 + 1e308, divmod(-7.5, 2))
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1234.5678, -2), round(1e20), math.floor(-1.5), math.ceil(-1.5), math.trunc(-1.5))
print(1.0 == 1, 0.1 + 0.2 == 0.3, math.isclose(0.1 + 0.2, 0.3), float("nan") != float("nan"), -0.0 == 0.0, math.copysign(1, -0.0), 1e300 * 1e10, hash(0.5), hash(1e20) == hash(10 ** 20), hash(float("inf")))
print(math.sqrt(2), math.sin(1), math.cos(1), math.tan(1), math.exp(1), math.log(10), math.log2(8), math.log10(1000), math.log(8, 2), math.pow(2, 0.5), math.atan2(1, -1), math.hypot(3, 4), math.fsum([0.1] * 10), sum([0.1] * 10))
print(math.pi, math.e, math.inf, math.nan, math.tau, math.isnan(math.nan), math.isinf(-math.inf), math.modf(1.25), math.frexp(8.0), math.ldexp(0.5, 4), math.fmod(-7, 3), math.remainder(7, 4), math.degrees(math.pi), math.gamma(5), math.erf(0.5), math.ulp(1.0), math.nextafter(1, 2), math.cbrt(8))
print(max(1.0, 2), min(float("nan"), 1), sorted([2.5, -1.0, 3]), 1.5 .is_integer(), 2.0.is_integer(), (1.5).__int__(), float.__name__, 1.5.real, abs(-1.5), -1.5, +1.5, bool(0.0), bool(-0.1))
for bad in ("1.0 / 0", "1.0 % 0", "math.sqrt(-1)", "math.log(0)", "float('x')", "float('')", "float([])", "10.0 ** 400", "0.0 ** -1", "int(math.inf)", "round(math.nan)", "math.exp(1000)", "math.factorial(1.5)", "1.5 & 1", "1.5 << 2", "[1][1.0]", "math.inf.as_integer_ratio()"):
    try:
        print(eval(bad))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
z = 3 + 4j
print(z, abs(z), z.real, z.imag, z.conjugate(), z * z, z / (1 - 1j), z ** 2, -z, z == complex(3, 4), complex("1+2j"), complex(1), 1j, -1j, complex(0, -0.0), complex(float("inf"), float("nan")), hash(3 + 0j) == hash(3), repr(1e20j), f"{z:.1f}")
import cmath
print(cmath.sqrt(-1), cmath.phase(-1), cmath.polar(1j), cmath.exp(1j * math.pi).real)
from fractions import Fraction
from decimal import Decimal, getcontext, localcontext, ROUND_HALF_UP
print(Fraction(1, 3) + Fraction(1, 6), Fraction("0.125"), Fraction(0.5), Fraction(7, 3) // 1, float(Fraction(1, 3)), round(Fraction(7, 3), 2), Fraction(3, -6))
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / Decimal(7), Decimal("1.10") * 2, Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal("1E+5"), Decimal("NaN"), Decimal(10) ** 30, Decimal("-0"), Decimal("3.14").as_tuple())
with localcontext() as c:
    c.prec = 5
    print(Decimal(1) / 3, Decimal(2).sqrt())
print(getcontext().prec, Decimal("1.5") < 2, Decimal("1.5") == 1.5, int(Decimal("7.9")), f"{Decimal('1234.5'):,.2f}")
