# `__reduce__` of iterators and global names find builtins as the running code does, keys that say they are equal included.
import builtins
import types

code = compile("x.__reduce__()", "test", "eval")
for space in ({}, {"iter": iter}):
    try:
        print(eval(code, {"__builtins__": types.MappingProxyType(space), "x": iter([1, 2])}))
    except AttributeError as error:
        print("AttributeError", error)


class Name:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return other == self.name


space = {"__builtins__": {Name("answer"): 42}, Name("other"): 7}
print(eval("answer + other", space))
try:
    eval("nothing", space)
except NameError as error:
    print(error)
