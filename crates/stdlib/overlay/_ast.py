"""The classes of the module `ast`, and how they are made from and turned into source text.

Each line of the table is a class: its name, then its fields; `*` marks a list, `?` what may be None. A line that
ends with a colon begins a group; its classes derive from the group's. `@` says that the nodes have positions.
"""

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8400

_TABLE = """
mod:
Module body* type_ignores*
Interactive body*
Expression body
FunctionType argtypes* returns
stmt@:
FunctionDef name args body* decorator_list* returns? type_comment? type_params*
AsyncFunctionDef name args body* decorator_list* returns? type_comment? type_params*
ClassDef name bases* keywords* body* decorator_list* type_params*
Return value?
Delete targets*
Assign targets* value type_comment?
TypeAlias name type_params* value
AugAssign target op value
AnnAssign target annotation value? simple
For target iter body* orelse* type_comment?
AsyncFor target iter body* orelse* type_comment?
While test body* orelse*
If test body* orelse*
With items* body* type_comment?
AsyncWith items* body* type_comment?
Match subject cases*
Raise exc? cause?
Try body* handlers* orelse* finalbody*
TryStar body* handlers* orelse* finalbody*
Assert test msg?
Import names*
ImportFrom module? names* level?
Global names*
Nonlocal names*
Expr value
Pass
Break
Continue
expr@:
BoolOp op values*
NamedExpr target value
BinOp left op right
UnaryOp op operand
Lambda args body
IfExp test body orelse
Dict keys* values*
Set elts*
ListComp elt generators*
SetComp elt generators*
DictComp key value generators*
GeneratorExp elt generators*
Await value
Yield value?
YieldFrom value
Compare left ops* comparators*
Call func args* keywords*
FormattedValue value conversion format_spec?
Interpolation value str conversion format_spec?
JoinedStr values*
TemplateStr values*
Constant value kind?
Attribute value attr ctx
Subscript value slice ctx
Starred value ctx
Name id ctx
List elts* ctx
Tuple elts* ctx
Slice lower? upper? step?
expr_context:
Load
Store
Del
boolop:
And
Or
operator:
Add
Sub
Mult
MatMult
Div
Mod
Pow
LShift
RShift
BitOr
BitXor
BitAnd
FloorDiv
unaryop:
Invert
Not
UAdd
USub
cmpop:
Eq
NotEq
Lt
LtE
Gt
GtE
Is
IsNot
In
NotIn
comprehension target iter ifs* is_async
excepthandler@:
ExceptHandler type? name? body*
arguments posonlyargs* args* vararg? kwonlyargs* kw_defaults* kwarg? defaults*
arg@ arg annotation? type_comment?
keyword@ arg? value
alias@ name asname?
withitem context_expr optional_vars?
match_case pattern guard? body*
pattern@:
MatchValue value
MatchSingleton value
MatchSequence patterns*
MatchMapping keys* patterns* rest?
MatchClass cls patterns* kwd_attrs* kwd_patterns*
MatchStar name?
MatchAs pattern? name?
MatchOr patterns*
type_ignore:
TypeIgnore lineno tag
type_param@:
TypeVar name bound? default_value?
ParamSpec name default_value?
TypeVarTuple name default_value?
"""

_POSITION = ("lineno", "col_offset", "end_lineno", "end_col_offset")


class AST:
    _fields = ()
    _attributes = ()
    _lists = frozenset()
    _field_types = {}
    __match_args__ = ()

    def __init__(self, *args, **kwargs):
        cls = type(self)
        fields = cls._fields
        if len(args) > len(fields):
            raise TypeError(
                f"{cls.__name__} constructor takes at most {len(fields)} positional argument"
                f"{'' if len(fields) == 1 else 's'}"
            )
        seen = set()
        for name, value in zip(fields, args):
            setattr(self, name, value)
            seen.add(name)
        for name, value in kwargs.items():
            if name in seen:
                raise TypeError(f"{cls.__name__} got multiple values for argument {name!r}")
            if name not in fields and name not in cls._attributes:
                import warnings
                warnings.warn(
                    f"{cls.__name__}.__init__ got an unexpected keyword argument {name!r}. "
                    "Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                    DeprecationWarning,
                    stacklevel=2,
                )
            setattr(self, name, value)
            seen.add(name)
        for name in fields:
            if name in seen or hasattr(cls, name):
                continue
            if name in cls._lists:
                setattr(self, name, [])
            elif name == "ctx":
                self.ctx = Load()
            else:
                import warnings
                warnings.warn(
                    f"{cls.__name__}.__init__ missing 1 required positional argument: {name!r}. "
                    "This will become an error in Python 3.15.",
                    DeprecationWarning,
                    stacklevel=2,
                )

    def __reduce__(self):
        return _restore, (type(self), dict(self.__dict__))

    def __replace__(self, /, **changes):
        cls = type(self)
        known = set(cls._fields) | set(cls._attributes)
        for name in changes:
            if name not in known:
                raise TypeError(
                    f"{cls.__name__}.__replace__ got an unexpected keyword argument {name!r}."
                )
        missing = [
            n for n in cls._fields if n not in changes and n not in self.__dict__ and not hasattr(cls, n)
        ]
        if missing:
            raise TypeError(
                f"{cls.__name__}.__replace__ missing {len(missing)} keyword argument"
                f"{'' if len(missing) == 1 else 's'}: {', '.join(map(repr, missing))}."
            )
        return _restore(cls, {**self.__dict__, **changes})

    def __repr__(self):
        return _repr(self, 3)


AST.__module__ = "ast"


def _restore(cls, state):
    node = cls.__new__(cls)
    node.__dict__.update(state)
    return node


def _repr(value, depth):
    if isinstance(value, AST):
        if depth <= 0 and value._fields:
            return f"{type(value).__name__}(...)"
        parts = [
            f"{name}={_repr(getattr(value, name), depth - 1)}"
            for name in value._fields
            if hasattr(value, name)
        ]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, list):
        if len(value) > 2:
            return f"[{_repr(value[0], depth)}, ..., {_repr(value[-1], depth)}]"
        return f"[{', '.join(_repr(item, depth) for item in value)}]"
    return repr(value)


def _make():
    group, positions, classes = AST, False, {}
    for line in _TABLE.split("\n"):
        name, *fields = line.split()  if line else ("",)
        if not name:
            continue
        starts = name.endswith(":")
        name = name.rstrip(":")
        placed = name.endswith("@")
        name = name.rstrip("@")
        if starts:
            base = AST
            group, positions = None, placed
        elif name[0].islower():
            base, positions = AST, placed
        else:
            base = group
        names = tuple(f.rstrip("*?") for f in fields)
        body = {
            "__module__": "ast",
            "_kind": name,
            "_fields": names,
            "__match_args__": names,
            "_field_types": {
                f.rstrip("*?"): list[AST] if f.endswith("*") else object for f in fields
            },
            "_lists": frozenset(f[:-1] for f in fields if f.endswith("*")),
            "_attributes": _POSITION if positions else (),
        }
        for f in fields:
            if f.endswith("?"):
                body[f[:-1]] = None
        if positions and base is AST:
            body["end_lineno"] = body["end_col_offset"] = None
        cls = type(AST)(name, (base,), body)
        if starts:
            group = cls
        classes[name] = cls
    return classes


_classes = _make()
globals().update(_classes)

# Nodes without fields and position are shared.
_shared = {
    name: cls()
    for name, cls in _classes.items()
    if not cls._fields and not cls._attributes and cls.__base__ is not AST
}


def _build(tree):
    """Makes nodes of the nested tuples that the parser gives."""
    if type(tree) is not tuple:
        return tree
    first = tree[0]
    if first is None:
        return [_build(item) for item in tree[1:]]
    shared = _shared.get(first)
    if shared is not None:
        return shared
    cls = _classes[first]
    node = cls.__new__(cls)
    state = node.__dict__
    for name, value in zip(cls._fields, tree[1]):
        state[name] = _build(value) if type(value) is tuple else value
    if len(tree) > 2:
        state["lineno"], state["col_offset"], state["end_lineno"], state["end_col_offset"] = tree[2:]
    return node
