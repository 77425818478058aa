# Fixed notation is the exact value rounded to the nearest, ties to the even digit, at every size and precision.
import random
from decimal import ROUND_HALF_EVEN, Context, Decimal

context = Context(prec=800, rounding=ROUND_HALF_EVEN)


def expected(x, places):
    return format(context.quantize(Decimal(x), Decimal(1).scaleb(-places)), "f")


chance = random.Random(5)
numbers = [0.5, 1.5, 2.5, 0.125, 0.375, 96.25, 2.675, 1e15 + 0.5, 2.0 ** 62, 2.0 ** 63, 2.0 ** 64, 1e22, 1e23, 1e300,
           5e-324, 2.0 ** -1022, 0.1, 9.5, 99.995, 999999.9999995, 0.0, 4503599627370495.5, 9007199254740993.0]
numbers += [chance.random() * 10.0 ** chance.randrange(-18, 19) for _ in range(300)]
numbers += [chance.randrange(10 ** 6) / 2 ** chance.randrange(1, 20) for _ in range(300)]
wrong = [(x, places) for x in numbers for places in (0, 1, 2, 3, 6, 14, 15, 16, 20)
         if format(x, f".{places}f") != expected(x, places) or "%.*f" % (places, -x) != "-" + expected(x, places)]
print(wrong[:5])
for x in (0.5, 2.5, 96.25, 0.125, 1e16, 1.0):
    print(*(f"{x:.{places}f}" for places in range(5)), f"{x:,.2f}", f"{x:#.0f}", f"{x:+09.1f}", round(x, 2))
