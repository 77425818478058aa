def make():
    return ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("nested", [ValueError(2), KeyError("k")])])


try:
    raise make()
except* ValueError as group:
    print("values", [e.args for e in group.exceptions[:1]], group.message, len(group.exceptions))
    print(repr(group))
except* (TypeError, KeyError) as group:
    print("others", repr(group))
else:
    print("never")
finally:
    print("finally")
try:
    try:
        raise make()
    except* ValueError:
        pass
except ExceptionGroup as rest:
    print("rest", repr(rest))
try:
    raise ValueError("naked")
except* ValueError as group:
    print(repr(group))
try:
    pass
except* ValueError:
    pass
else:
    print("else")
try:
    try:
        raise make()
    except* ValueError:
        raise RuntimeError("new")
    except* KeyError:
        raise
except ExceptionGroup as group:
    print(repr(group))
match, rest = make().split(ValueError)
print(repr(match), "|", repr(rest), "|", make().subgroup(KeyError), "|", make().split(OSError)[0])
print(repr(make().subgroup(lambda e: isinstance(e, TypeError))), make().derive([ValueError(9)]))
for bad in ("ExceptionGroup('x', [])", "ExceptionGroup('x', [5])", "ExceptionGroup(1, [ValueError()])", "ExceptionGroup('x', [KeyboardInterrupt()])"):
    try:
        eval(bad)
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
print(type(BaseExceptionGroup("x", [ValueError()])).__name__, type(BaseExceptionGroup("x", [KeyboardInterrupt()])).__name__)
