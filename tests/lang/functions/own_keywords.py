"""`**kwargs` is a dict of the callee's own, however the call was written."""


def collect(*args, **named):
    named["added"] = len(args)
    return args, named


def only_positional(a, b=2, /, **named):
    return a, b, named


def told(function, *args, **named):
    try:
        print(function(*args, **named))
    except TypeError as error:
        print("TypeError:", error)


given = {"x": 1, "y": 2}
print(collect(**given), given)
print(collect(*(1, 2), **given), given)
print(collect(*[1], x=5, **{"z": 6}), given)
print(collect(*(), x=5), collect(*(1,), **{}))
first = collect(*(1,), x=[])[1]
second = collect(*(1,), x=[])[1]
print(first is second, first["x"] is second["x"])

# Names of positional-only parameters are free for keywords.
told(only_positional, *(1,), a=3, b=4)
told(only_positional, *(1, 5), **{"a": 3})
told(only_positional, a=1)

# What no keyword can be.
for names in ({1: 2}, {"a": 1, None: 2}):
    try:
        collect(*(), **names)
    except TypeError as error:
        print("TypeError:", error)
try:
    collect(x=1, **{"x": 2})
except TypeError as error:
    print("TypeError:", str(error).partition(".")[2] or error)


class Odd(dict):
    def keys(self):
        return ["k"]

    def __getitem__(self, key):
        return key * 2


print(collect(*(0,), **Odd(a=1)))

# In the order in which they are written.
order = []


def note(value):
    order.append(value)
    return value


print(collect(*note((1,)), a=note(2), **note({"b": 3}), c=note(4), **note({"d": 5}), e=note(6)), order)


class Callable:
    def __call__(self, /, *args, **named):
        return collect(*args, **named)

    def method(self, *args, **named):
        named["self"] = 0
        return args, named


print(Callable()(*(1,), self=2, **given), Callable().method(*(3,), **given), given)

many = ", ".join(f"k{i}={i}" for i in range(1500))
print(sum(v for k, v in eval(f"collect(*(1, 2), {many}, **given, last=7)")[1].items()))
print(len(eval(f"dict({many})")), given)
