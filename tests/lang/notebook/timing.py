# Times and the options of %timeit.
from _orochi_notebook.timing import TimeitResult, UsageError, format_time, parse_options

for seconds in (0, 1.5e-9, 2.345e-7, 12.34e-6, 0.00123456, 0.0123, 0.5, 1, 59.94, 60, 61.5, 125, 3600, 3725, 90000):
    print(seconds, format_time(seconds))
print(format_time(0.0012345678, 5))

for line in ("f()", "-n 10 f()", "-n10 -r 3 f(-1)", "-qo f()", "-q -o -p 5 x - 1", "-- -1", ""):
    options, rest = parse_options(line)
    print(line, "->", options["n"], options["r"], options["p"], options["q"], options["o"], repr(rest))
for line in ("-z f()", "-n x f()", "-r 0 f()"):
    try:
        parse_options(line)
    except UsageError as error:
        print(line, "->", error)

print(TimeitResult(1000, 3, [1.0, 1.0, 1.0], 3))
print(TimeitResult(1, 1, [0.25], 3))
print(repr(TimeitResult(10, 2, [0.1, 0.3], 3)))
