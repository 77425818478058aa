# `f(*args, **kwargs)`: what is iterated over when, and whose dict the function gets.


def f(*args, **kwargs):
    kwargs["seen"] = len(kwargs)
    return args, kwargs


d = {"a": 1}
print(f(**d), d)


def items(mapping):
    for i in range(2):
        mapping[f"k{i}"] = i
        yield i


print(f(*items(d), **d), sorted(d))


class Mapping:
    def keys(self):
        print("keys")
        return ["x", "y"]

    def __getitem__(self, key):
        print("get", key)
        return key * 2


def noisy():
    print("iterated")
    yield 1


print(f(*noisy(), **Mapping()))
print(f(1, *[2], **Mapping()))


def tried(call):
    try:
        return call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(tried(lambda: f(**3)))
print(tried(lambda: f(**None)))
print(tried(lambda: f(**{1: 2})))
print(tried(lambda: f(*3, **4)))
print(tried(lambda: f(*3, **{"a": 1})))
print(tried(lambda: f(a=1, **{"a": 2})))
print(tried(lambda: dict(**{"b": 2}, **{"b": 3})))
print(dict(**{"b": 2}), dict({"a": 1}, **{"b": 2}), tried(lambda: int(**{"z": 1})))


class Dict(dict):
    def keys(self):
        return ["only"]

    def __getitem__(self, key):
        return "here"


print(f(**Dict(a=1)))


def g(a, b=2, *, c=3):
    return a, b, c


print(g(**{"a": 1}), g(*(5,), **{"c": 6}), tried(lambda: g(**{"b": 1})), tried(lambda: g(**{"a": 1, "d": 2})))
