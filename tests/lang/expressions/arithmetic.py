print(1 + 2 * 3 - 4, 7 // 2, -7 // 2, 7 % -3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, -2 ** 2)
print(divmod(-7, 3), divmod(7.5, -2), pow(3, 20, 7), pow(3, -1, 7))
print(1 << 70, -1 >> 100, 6 & 3, 6 | 3, 6 ^ 3, ~6, -6 & 0xFF)
print(1_000_000, 0xFF, 0o17, 0b101, 1e3, 1j * 1j, 3 + 4j)
print(True + True, True * 3.5, False == 0, True is True)
print(10 ** 30 // 7, 10 ** 30 % 7, -(10 ** 30) // 7, 10 ** 30 - 10 ** 30 + 1)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1.0 == True, 1 != 1.0, 3 > 2 >= 2)
print(0.1 + 0.2, 1e16 + 1, 1e308 * 10, -1e308 * 10, float("nan") == float("nan"))
for expression in ("1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "0.0 // 0", "2 << -1", "0 ** -1", "1 + ''", "'' + 1", "[] - []", "-''", "1 < ''", "10 ** 400 * 1.0"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, "->", type(error).__name__, error)
