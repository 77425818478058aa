"""`tokenize` and `inspect` take pieces of sources whose brackets do not match."""

import inspect
import io
import tokenize
import types
import typing

for text in ("a)\n", "f(])\n", "(1,\n 2)]\n"):
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    print([token.string for token in tokens if token.string.strip()])
pair = (lambda x: x,
        lambda y: (y + 1))
print([inspect.getsource(f).strip() for f in pair])


class Parameter:
    def __repr__(self):
        return "late"


first, late = Parameter(), Parameter()
first.__typing_subst__ = lambda value: value
alias = types.GenericAlias(dict, (first, late))
alias.__parameters__
late.__typing_subst__ = lambda value: value


def told(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


print(told(lambda: alias[0]))
print(typing.ParamSpec("P", bound=(int, "text")).__bound__, told(lambda: typing.TypeVar("T", bound=(int,))))
