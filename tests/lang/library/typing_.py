import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, Literal, NamedTuple, Optional, Protocol, TypedDict, TypeVar, Union, cast, get_args, get_origin, get_type_hints, overload, runtime_checkable

print(list[int], dict[str, list[int]], tuple[int, ...], Optional[int], Union[int, str], int | None, Callable[[int], str], Literal["a", 1], Annotated[int, "x"], Any, Iterable[int])
print(get_origin(list[int]), get_args(dict[str, int]), get_origin(Optional[int]), get_args(Callable[[int], str]), list[int] == list[int], hash(list[int]) == hash(list[int]), list[int]([1, 2]))
T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, item: T):
        self.item = item


print(Box[int], Box[int](5).item, Box.__parameters__, Box[T][str], Box[int].__origin__ is Box)


class Stack[U]:
    items: list[U]

    def push[V: int](self, item: V) -> "U":
        return item


def first[A, *Ts, **P](x: A) -> A:
    return x


type Alias[K] = dict[K, "Alias[K]"]
print(Stack[int], Stack.__type_params__, first.__type_params__, Alias, Alias.__type_params__, Alias[int], Alias.__value__, Stack.push.__type_params__[0].__bound__)


class Movie(TypedDict, total=False):
    name: str
    year: int


class Emp(NamedTuple):
    name: str
    id: int = 3


print(Movie(name="x"), sorted(Movie.__annotations__), Emp("a"), Emp("a").id, Emp._field_defaults, Movie.__total__)


@runtime_checkable
class HasLen(Protocol):
    def __len__(self) -> int: ...


print(isinstance([], HasLen), isinstance(5, HasLen))


def annotated(a: int, b: "str" = "x", *args: float, c: list[undefined_later] = None) -> None: ...


undefined_later = int
print(annotated.__annotations__)
print(get_type_hints(annotated))


class Forward:
    me: "Forward"
    n: Later


try:
    Forward.__annotations__
except NameError as e:
    print(e)
import annotationlib
print(annotationlib.get_annotations(Forward, format=annotationlib.Format.STRING))
Later = str
print(Forward.__annotations__["n"])
print(cast(int, "x"), typing.TYPE_CHECKING, isinstance(1, int | str), issubclass(int, int | str), int | str == str | int, (int | None).__args__)
for bad in ("list[int]()[0]", "Literal[int]()", "Optional[1, 2]", "isinstance([], list[int])", "Box[int, str]", "Movie[1]", "TypeVar('X', int)"):
    try:
        eval(bad)
        print(bad, "ok")
    except Exception as e:
        print(bad, "->", type(e).__name__, e)
