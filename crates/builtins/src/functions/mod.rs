//! The module `builtins`.

mod anext;
mod attributes;
mod build_class;
mod code;
mod convert;
mod input;
mod iteration;
mod print;
mod sum;

pub use anext::TYPE as ANEXT_AWAITABLE;

use orochi_object::intern;
use orochi_object::module::{BUILTINS, PyModule};
use orochi_object::prelude::*;

/// The definition of `builtins`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    doc: Some(
        "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct \
         access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full \
         name for the built-in function len().\n\nThis module is not normally accessed explicitly \
         by most\napplications, but can be useful in modules that provide\nobjects with the same \
         name as a builtin, but in which\nthe built-in of that name is also needed.",
    ),
    functions: &[
        function("__build_class__", "(func, name, /, *bases, **kwds)", build_class::build_class)
            .doc("__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement."),
        function(
            "__import__",
            "(name, globals=None, locals=None, fromlist=(), level=0)",
            code::import,
        )
        .doc("Import a module."),
        function("abs", "(x, /)", |cx, args| ops::absolute(cx, args.get(0)))
            .doc("Return the absolute value of the argument."),
        function("aiter", "(async_iterable, /)", anext::aiter)
            .doc("Return an AsyncIterator for an AsyncIterable object."),
        function("all", "(iterable, /)", iteration::all)
            .doc("Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True."),
        function("anext", "(aiterator, default=<unrepresentable>, /)", anext::anext)
            .doc("Return the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is returned instead of raising StopAsyncIteration."),
        function("any", "(iterable, /)", iteration::any)
            .doc("Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False."),
        function("ascii", "(obj, /)", convert::ascii)
            .doc("Return an ASCII-only representation of an object.\n\nAs repr(), return a string containing a printable representation of an\nobject, but escape the non-ASCII characters in the string returned by\nrepr() using \\\\x, \\\\u or \\\\U escapes. This generates a string similar\nto that returned by repr() in Python 2."),
        function("bin", "(number, /)", |cx, args| {
            crate::int::repr_radix(cx, args.get(0), 2, "0b")
        })
        .doc("Return the binary representation of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
        function("breakpoint", "(*args, **kws)", code::breakpoint)
            .doc("Call sys.breakpointhook(*args, **kws).\n\nsys.breakpointhook() must accept whatever arguments are passed.\n\nBy default, this drops you into the pdb debugger."),
        function("callable", "(obj, /)", |_, args| {
            Ok(Value::bool(class_of(args.get(0)).slots.call().is_some()))
        })
        .doc("Return whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as are instances of classes with a\n__call__() method."),
        function("chr", "(i, /)", convert::chr)
            .doc("Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."),
        function(
            "compile",
            "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, \
             _feature_version=-1)",
            code::compile,
        )
        .doc("Compile source into a code object that can be executed by exec() or eval().\n\nThe source code may represent a Python module, statement or expression.\nThe filename will be used for run-time error messages.\nThe mode must be 'exec' to compile a module, 'single' to compile a\nsingle (interactive) statement, or 'eval' to compile an expression.\nThe flags argument, if present, controls which future statements influence\nthe compilation of the code.\nThe dont_inherit argument, if true, stops the compilation inheriting\nthe effects of any future statements in effect in the code calling\ncompile; if absent or false these statements do influence the compilation,\nin addition to any features explicitly specified."),
        function("delattr", "(obj, name, /)", attributes::delattr)
            .doc("Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``"),
        function("dir", "(object=<unrepresentable>, /)", attributes::dir)
            .doc("dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the attributes\nof the given object, and of attributes reachable from it.\nIf the object supplies a method named __dir__, it will be used; otherwise\nthe default dir() logic is used and returns:\n  for a module object: the module's attributes.\n  for a class object:  its attributes, and recursively the attributes\n    of its bases.\n  for any other object: its attributes, its class's attributes, and\n    recursively the attributes of its class's base classes."),
        function("divmod", "(x, y, /)", |cx, args| ops::divmod(cx, args.get(0), args.get(1)))
            .doc("Return the tuple (x//y, x%y).  Invariant: div*y + mod == x."),
        function("eval", "(source, /, globals=None, locals=None)", code::eval)
            .doc("Evaluate the given source in the context of globals and locals.\n\nThe source may be a string representing a Python expression\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it."),
        function("exec", "(source, /, globals=None, locals=None, *, closure=None)", code::exec)
            .doc("Execute the given source in the context of globals and locals.\n\nThe source may be a string representing one or more Python statements\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it.\nThe closure must be a tuple of cellvars, and can only be used\nwhen source is a code object requiring exactly that many cellvars."),
        function("format", "(value, format_spec='', /)", convert::format)
            .doc("Return type(value).__format__(value, format_spec)\n\nMany built-in types implement format_spec according to the\nFormat Specification Mini-language. See help('FORMATTING')\nfor details."),
        function("getattr", "(object, name, default=<unrepresentable>, /)", attributes::getattr)
            .doc("getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute doesn't\nexist; without it, an exception is raised in that case."),
        function("globals", "()", code::globals)
            .doc("Return the dictionary containing the current scope's global variables.\n\nNOTE: Updates to this dictionary *will* affect name lookups in the current\nglobal scope and vice-versa."),
        function("hasattr", "(obj, name, /)", attributes::hasattr)
            .doc("Return whether the object has an attribute with the given name.\n\nThis is done by calling getattr(obj, name) and catching AttributeError."),
        function("hash", "(obj, /)", |cx, args| cx.new_int(ops::hash(cx, args.get(0))?))
            .doc("Return the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value, but the\nreverse is not necessarily true."),
        function("hex", "(number, /)", |cx, args| {
            crate::int::repr_radix(cx, args.get(0), 16, "0x")
        })
        .doc("Return the hexadecimal representation of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
        function("id", "(obj, /)", |cx, args| cx.new_uint(args.get(0).word()))
            .doc("Return the identity of an object.\n\nThis is guaranteed to be unique among simultaneously existing objects.\n(CPython uses the object's memory address.)"),
        function("input", "(prompt='', /)", input::input)
            .doc("Read a string from standard input.  The trailing newline is stripped.\n\nThe prompt string, if given, is printed to standard output without a\ntrailing newline before reading input.\n\nIf the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.\nOn *nix systems, readline is used if available."),
        function("isinstance", "(obj, class_or_tuple, /)", |cx, args| {
            Ok(Value::bool(ops::isinstance(cx, args.get(0), args.get(1))?))
        })
        .doc("Return whether an object is an instance of a class or of a subclass thereof.\n\nA tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)\nor ...`` etc."),
        function("issubclass", "(cls, class_or_tuple, /)", |cx, args| {
            Ok(Value::bool(ops::issubclass(cx, args.get(0), args.get(1))?))
        })
        .doc("Return whether 'cls' is derived from another class or is the same class.\n\nA tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)\nor ...``."),
        function("iter", "(object, sentinel=<unrepresentable>, /)", iteration::iter)
            .doc("iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object.\nIn the first form, the argument must supply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the sentinel."),
        function("len", "(obj, /)", |cx, args| cx.new_uint(ops::len(cx, args.get(0))? as u64))
            .doc("Return the number of items in a container."),
        function("locals", "()", code::locals)
            .doc("Return a dictionary containing the current scope's local variables.\n\nNOTE: Whether or not updates to this dictionary will affect name lookups in\nthe local scope and vice-versa is *implementation dependent* and not\ncovered by any backwards compatibility guarantees."),
        function("max", "(*args, key=None, default=<unrepresentable>)", iteration::max)
            .doc("max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the largest argument."),
        function("min", "(*args, key=None, default=<unrepresentable>)", iteration::min)
            .doc("min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the smallest argument."),
        function("next", "(iterator, default=<unrepresentable>, /)", iteration::next)
            .doc("next(iterator[, default])\n\nReturn the next item from the iterator. If default is given and the iterator\nis exhausted, it is returned instead of raising StopIteration."),
        function("oct", "(number, /)", |cx, args| {
            crate::int::repr_radix(cx, args.get(0), 8, "0o")
        })
        .doc("Return the octal representation of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
        function("ord", "(character, /)", convert::ord)
            .doc("Return the ordinal value of a character.\n\nIf the argument is a one-character string, return the Unicode code\npoint of that character.\n\nIf the argument is a bytes or bytearray object of length 1, return its\nsingle byte value."),
        function("pow", "(base, exp, mod=None)", |cx, args| {
            ops::power(cx, args.get(0), args.get(1), args.non_none(2))
        })
        .doc("Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.\n\nSome types, such as ints, are able to use a more efficient algorithm when\ninvoked using the three argument form."),
        function("print", "(*args, sep=' ', end='\\n', file=None, flush=False)", print::print)
            .doc("Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream."),
        function("repr", "(obj, /)", |cx, args| Ok(ops::repr(cx, args.get(0))?.value()))
            .doc("Return the canonical string representation of the object.\n\nFor many object types, including most builtins, eval(repr(obj)) == obj."),
        function("round", "(number, ndigits=None)", convert::round)
            .doc("Round a number to a given precision in decimal digits.\n\nThe return value is an integer if ndigits is omitted or None.  Otherwise\nthe return value has the same type as the number.  ndigits may be negative."),
        function("setattr", "(obj, name, value, /)", attributes::setattr)
            .doc("Sets the named attribute on the given object to the specified value.\n\nsetattr(x, 'y', v) is equivalent to ``x.y = v``"),
        function("sorted", "(iterable, /, *, key=None, reverse=False)", iteration::sorted)
            .doc("Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order."),
        function("sum", "(iterable, /, start=0)", sum::sum)
            .doc("Return the sum of a 'start' value (default: 0) plus an iterable of numbers\n\nWhen the iterable is empty, return the start value.\nThis function is intended specifically for use with numeric values and may\nreject non-numeric types."),
        function("vars", "(object=<unrepresentable>, /)", attributes::vars)
            .doc("vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__."),
        function(
            "open",
            "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, \
             closefd=True, opener=None)",
            code::open,
        )
        .doc("Open file and return a stream.  Raise OSError upon failure."),
    ],
    constants: &[
        ("None", orochi_object::typedef::Const::None),
        ("False", orochi_object::typedef::Const::Bool(false)),
        ("True", orochi_object::typedef::Const::Bool(true)),
        ("__debug__", orochi_object::typedef::Const::Bool(true)),
    ],
    init: Some(fill),
    ..ModuleDef::DEFAULT
};

/// Types that programs see as builtins.
const TYPES: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "list",
    "map",
    "memoryview",
    "object",
    "property",
    "range",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

fn fill(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    let dict = module.namespace();
    dict.set_str(cx, name!(cx, "Ellipsis"), Value::ELLIPSIS)?;
    dict.set_str(cx, name!(cx, "NotImplemented"), Value::NOT_IMPLEMENTED)?;
    for def in crate::TYPES.iter().filter(|def| TYPES.contains(&def.name)) {
        dict.set_str(cx, intern::intern_text(cx, def.name)?, def.cell.get().value())?;
    }
    let base = exception::BASE_EXCEPTION.get().value();
    dict.set_str(cx, name!(cx, "BaseException"), base)?;
    for (cell, name, _) in exception::ALL {
        dict.set_str(cx, intern::intern_text(cx, name)?, cell.get().value())?;
    }
    for alias in ["EnvironmentError", "IOError"] {
        let class = exception::OS_ERROR.get().value();
        dict.set_str(cx, intern::intern_text(cx, alias)?, class)?;
    }
    BUILTINS.set(module.value());
    Ok(())
}
