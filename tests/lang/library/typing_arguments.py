# skip: threads: doctest has a stdout of its own

"""Too few arguments for type parameters; what stands in for several; docs that run."""

import doctest
import typing
from typing import Callable, Generic, TypeVar, Tuple

T = TypeVar("T")
U = TypeVar("U")
D = TypeVar("D", default=str)


class A(Generic[T, U, D]):
    pass


class Odd:
    __typing_is_unpacked_typevartuple__ = True

    def __init__(self, prepared, made):
        self.prepared, self.made = prepared, made

    def __typing_prepare_subst__(self, alias, args):
        return self.prepared

    def __typing_subst__(self, arg):
        return self.made


type Alias[*_] = 0

for f in (
    lambda: A[int], lambda: dict[T, U][int], lambda: Callable[[T], U][int], lambda: A[T, U, D][int], lambda: Tuple[T, U][int],
    lambda: A[int, bool], lambda: D.__typing_prepare_subst__(A, (1,)), lambda: D.__typing_prepare_subst__(A, (1, 2)),
    lambda: Alias[Odd(None, 42)][0], lambda: Alias[Odd((1,), 42)][0], lambda: Alias[Odd((1,), (42,))][0],
    lambda: Alias[Odd(None, (42,))][0],
):
    try:
        print(f())
    except TypeError as e:
        print("TypeError", e)

for name in ("ParamSpec", "ParamSpecArgs", "ParamSpecKwargs"):
    for test in doctest.DocTestFinder(recurse=False).find(getattr(typing, name), name, globs={"ParamSpec": typing.ParamSpec}):
        print(name, doctest.DocTestRunner(verbose=False).run(test).failed)
