# What generated cases have found: each was wrong once.
import math
import operator
import sys
import traceback


def attempt(function, *arguments, **named):
    try:
        print(repr(function(*arguments, **named)))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


print("-- syntax")
try:
    try:
        1 // 0
    except ZeroDivisionError:
        if True: raise; print("not reached")
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_lineno)


class Conditional:
    if sys:
        first: int = 1
    else:
        second: str = ""
    for _ in range(2):
        with open("/dev/null"):
            third: float = 2


print(Conditional.__annotations__)
type Alias[*Ts = *tuple[int, str], P: (int, str) = int] = list[int]
print(Alias.__type_params__)
attempt(compile, "type A[*T = *tuple[int, str], P = int] = int\nx = 1 +\n", "f", "exec")
name, other = 3, 4
for each in (t"{ name }", t"{name = }", t"{name, other !r:>3}", t"{ {1: 2} }"):
    print([(part.expression, part.conversion, part.format_spec) for part in each.interpolations], each.strings)

print("-- except*")
try:
    try:
        raise ValueError(1)
    except* ValueError:
        pass
    except* ExceptionGroup:
        pass
except TypeError as error:
    print(error, error.__traceback__.tb_lineno)
try:
    try:
        [][1]
    except* IndexError as group:
        print(group.__traceback__.tb_lineno, group.exceptions[0].__traceback__.tb_lineno)
        raise group
except ExceptionGroup as group:
    print(group.__module__, repr(group))


def positions(function):
    try:
        function()
    except Exception as error:
        for frame in traceback.extract_tb(error.__traceback__)[1:]:
            print(frame.name, frame.lineno, frame.colno, frame.end_lineno, frame.end_colno)


positions(lambda: any(1 // 0 for _ in [1]))
positions(lambda: list(1 // 0 for _ in [1]))

print("-- calls of native functions")
attempt((5).bit_count, 1)
attempt(int.bit_count, True, 2)
attempt([].append)
attempt(math.sin)
attempt(math.gcd, x=1)
attempt(len, x=1)
attempt(float.fromhex)
attempt((5).__add__, zz=1)
attempt([].__setitem__)
attempt(object().__setattr__)
attempt((5).to_bytes, 1, "big", False, zz=1)
attempt(int.from_bytes, b"", "big", "little", 1)
attempt((5).to_bytes, 4, length=3)
attempt(str.maketrans)
attempt(int, 1, 2, 3)
attempt("a".replace, None, "b")
attempt("a".replace, "a", "b", -10**20)
attempt("a".center, 10**20)
attempt(ValueError().add_note, None)
attempt(iter([1]).__setstate__, 1.5)
attempt(b"a".find, "a", "b")

print("-- what cannot be written")
for thing, attribute in ((1j, "real"), (slice(1), "start"), (range(2), "stop"), (attempt.__code__, "co_name"), (str.upper, "__name__"), (5, "real")):
    attempt(setattr, thing, attribute, 1)
attempt(delattr, ValueError(), "__dict__")
attempt(operator.delitem, (1, 2), 0)
attempt(operator.delitem, "ab", "x")
attempt(operator.concat, [1], 5)
attempt(operator.concat, memoryview(b""), b"")

print("-- answers")


class Loud(str):
    def __str__(self):
        return "loud\n"


print("a", "b", sep=Loud(), end=Loud())
print(next(enumerate("a", True)), reversed([]).__reduce__())
print(b"abc" % memoryview(b"x"), b"".decode("no such encoding"))
attempt(bytearray(b"a").__setitem__, 5, "x")
print("banana".replace("a", "o"), "b\xe9b".replace("b", "\xff"), "xyz".replace("a", "b"))
print([str(sign * 7**n) for n in (22, 23, 45, 46, 200, 270, 280) for sign in (1, -1)])
match 5:
    case int(x):
        print(x)
