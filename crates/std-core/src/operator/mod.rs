//! `_operator`: the operators as functions.

mod getters;

pub use getters::{ATTRGETTER, ITEMGETTER, METHODCALLER};

use orochi_object::ops::BinOp;
use orochi_object::prelude::*;

macro_rules! binary {
    ($name:literal, $op:ident, $doc:literal) => {
        function($name, "(a, b, /)", |cx, args| {
            ops::binary(cx, BinOp::$op, args.get(0), args.get(1))
        })
        .doc($doc)
    };
}
macro_rules! inplace {
    ($name:literal, $op:ident, $doc:literal) => {
        function($name, "(a, b, /)", |cx, args| {
            ops::inplace(cx, BinOp::$op, args.get(0), args.get(1))
        })
        .doc($doc)
    };
}
macro_rules! compare {
    ($name:literal, $op:ident, $doc:literal) => {
        function($name, "(a, b, /)", |cx, args| {
            ops::compare(cx, args.get(0), args.get(1), CmpOp::$op)
        })
        .doc($doc)
    };
}
macro_rules! unary {
    ($name:literal, $f:expr, $doc:literal) => {
        function($name, "(a, /)", |cx, args| $f(cx, args.get(0))).doc($doc)
    };
}
macro_rules! test {
    ($name:literal, $f:expr, $doc:literal) => {
        function($name, "(a, b, /)", |_, args| {
            let f: fn(Value, Value) -> bool = $f;
            Ok(Value::bool(f(args.get(0), args.get(1))))
        })
        .doc($doc)
    };
}

/// The definition of `_operator`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_operator",
    doc: Some(
        "Operator interface.\n\nThis module exports a set of functions implemented in C \
         corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis \
         equivalent to the expression x+y.",
    ),
    functions: &[
        compare!("lt", Lt, "Same as a < b."),
        compare!("le", Le, "Same as a <= b."),
        compare!("eq", Eq, "Same as a == b."),
        compare!("ne", Ne, "Same as a != b."),
        compare!("gt", Gt, "Same as a > b."),
        compare!("ge", Ge, "Same as a >= b."),
        function("not_", "(a, /)", |cx, args| Ok(Value::bool(!ops::truth(cx, args.get(0))?)))
            .doc("Same as not a."),
        function("truth", "(a, /)", |cx, args| Ok(Value::bool(ops::truth(cx, args.get(0))?)))
            .doc("Return True if a is true, False otherwise."),
        test!("is_", |a, b| a.is(b), "Same as a is b."),
        test!("is_not", |a, b| !a.is(b), "Same as a is not b."),
        function("is_none", "(a, /)", |_, args| Ok(Value::bool(args.get(0).is_none())))
            .doc("Same as a is None."),
        function("is_not_none", "(a, /)", |_, args| Ok(Value::bool(!args.get(0).is_none())))
            .doc("Same as a is not None."),
        unary!("abs", ops::absolute, "Same as abs(a)."),
        unary!("neg", ops::negative, "Same as -a."),
        unary!("pos", ops::positive, "Same as +a."),
        unary!("inv", ops::invert, "Same as ~a."),
        unary!("invert", ops::invert, "Same as ~a."),
        unary!("index", exact_index, "Same as a.__index__()"),
        binary!("add", Add, "Same as a + b."),
        binary!("sub", Sub, "Same as a - b."),
        binary!("mul", Mul, "Same as a * b."),
        binary!("matmul", MatMul, "Same as a @ b."),
        binary!("floordiv", FloorDiv, "Same as a // b."),
        binary!("truediv", TrueDiv, "Same as a / b."),
        binary!("mod", Mod, "Same as a % b."),
        binary!("pow", Pow, "Same as a ** b."),
        binary!("lshift", LShift, "Same as a << b."),
        binary!("rshift", RShift, "Same as a >> b."),
        binary!("and_", And, "Same as a & b."),
        binary!("xor", Xor, "Same as a ^ b."),
        binary!("or_", Or, "Same as a | b."),
        inplace!("iadd", Add, "Same as a += b."),
        inplace!("isub", Sub, "Same as a -= b."),
        inplace!("imul", Mul, "Same as a *= b."),
        inplace!("imatmul", MatMul, "Same as a @= b."),
        inplace!("ifloordiv", FloorDiv, "Same as a //= b."),
        inplace!("itruediv", TrueDiv, "Same as a /= b."),
        inplace!("imod", Mod, "Same as a %= b."),
        inplace!("ipow", Pow, "Same as a **= b."),
        inplace!("ilshift", LShift, "Same as a <<= b."),
        inplace!("irshift", RShift, "Same as a >>= b."),
        inplace!("iand", And, "Same as a &= b."),
        inplace!("ixor", Xor, "Same as a ^= b."),
        inplace!("ior", Or, "Same as a |= b."),
        function("concat", "(a, b, /)", |cx, args| concat(cx, args, false))
            .doc("Same as a + b, for a and b sequences."),
        function("iconcat", "(a, b, /)", |cx, args| concat(cx, args, true))
            .doc("Same as a += b, for a and b sequences."),
        function("contains", "(a, b, /)", |cx, args| {
            Ok(Value::bool(ops::contains(cx, args.get(0), args.get(1))?))
        })
        .doc("Same as b in a (note reversed operands)."),
        function("countOf", "(a, b, /)", count_of)
            .doc("Return the number of items in a which are, or which equal, b."),
        function("indexOf", "(a, b, /)", index_of).doc("Return the first index of b in a."),
        function("getitem", "(a, b, /)", |cx, args| {
            ops::getitem(cx, args.get(0), args.get(1))
        })
        .doc("Same as a[b]."),
        function("setitem", "(a, b, c, /)", |cx, args| {
            ops::setitem(cx, args.get(0), args.get(1), args.get(2))?;
            Ok(Value::NONE)
        })
        .doc("Same as a[b] = c."),
        function("delitem", "(a, b, /)", |cx, args| {
            ops::delitem(cx, args.get(0), args.get(1))?;
            Ok(Value::NONE)
        })
        .doc("Same as del a[b]."),
        function("length_hint", "(obj, default=0, /)", length_hint).doc(
            "Return an estimate of the number of items in obj.\n\nThis is useful for presizing \
             containers when building from an iterable.\n\nIf the object supports len(), the result \
             will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.",
        ),
        function("call", "(obj, /, *args, **kwargs)", call)
            .doc("Same as obj(*args, **kwargs)."),
        function("_compare_digest", "(a, b, /)", compare_digest).doc(
            "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming \
             analysis, making it appropriate for cryptography.\n\na and b must both be of the same \
             type: either str (ASCII only),\nor any bytes-like object.",
        ),
    ],
    types: &[&ATTRGETTER, &ITEMGETTER, &METHODCALLER],
    ..ModuleDef::DEFAULT
};

fn concat(cx: &Cx, args: Args, inplace: bool) -> Res {
    let (a, b) = (args.get(0), args.get(1));
    let is_sequence = |v: Value| {
        let class = class_of(v);
        class.slots.getitem().is_some() && !class.is_subtype(types::DICT.get())
    };
    let slots = &class_of(a).slots;
    let concatenates = slots.concat().is_some() || slots.add().is_some();
    // What can only be concatenated words the error itself.
    let concatenates = concatenates || (inplace && slots.iadd().is_some());
    if !is_sequence(a) || !concatenates || (slots.add().is_some() && !is_sequence(b)) {
        return raise!(
            cx,
            TYPE_ERROR,
            "'{}' object can't be concatenated",
            class_of(a).display_name()
        );
    }
    if inplace { ops::inplace(cx, BinOp::Add, a, b) } else { ops::binary(cx, BinOp::Add, a, b) }
}

fn iterable(cx: &Cx, v: Value) -> Res<()> {
    let class = class_of(v);
    if class.slots.iter().is_none() && class.slots.getitem().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "argument of type '{}' is not iterable",
            class.display_name()
        );
    }
    Ok(())
}

fn count_of(cx: &Cx, args: Args) -> Res {
    iterable(cx, args.get(0))?;
    let mut n = 0;
    ops::for_each(cx, args.get(0), &mut |item| {
        n += ops::eq(cx, item, args.get(1))? as i64;
        Ok(true)
    })?;
    Ok(Value::int(n))
}

/// `operator.index`: an int and no instance of a subclass.
fn exact_index(cx: &Cx, v: Value) -> Res {
    orochi_builtins::int::exact(cx, ops::index(cx, v)?)
}

fn index_of(cx: &Cx, args: Args) -> Res {
    iterable(cx, args.get(0))?;
    let (mut n, mut found) = (0, false);
    ops::for_each(cx, args.get(0), &mut |item| {
        found = ops::eq(cx, item, args.get(1))?;
        n += !found as i64;
        Ok(!found)
    })?;
    if !found {
        return raise!(cx, VALUE_ERROR, "sequence.index(x): x not in sequence");
    }
    Ok(Value::int(n))
}

fn length_hint(cx: &Cx, args: Args) -> Res {
    let default = match args.opt(1) {
        Some(default) => {
            if !default.is_int() {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "'{}' object cannot be interpreted as an integer",
                    class_of(default).display_name()
                );
            }
            ops::index_isize(cx, default, &exception::OVERFLOW_ERROR)?
        }
        None => 0,
    };
    if default < 0 {
        let hint = ops::length_hint(cx, args.get(0), usize::MAX)?;
        return cx.new_int(if hint == usize::MAX { default as i64 } else { hint as i64 });
    }
    cx.new_uint(ops::length_hint(cx, args.get(0), default as usize)? as u64)
}

fn call(cx: &Cx, args: Args) -> Res {
    match args.kwargs(2).filter(|kwargs| !kwargs.is_empty()) {
        Some(kwargs) => orochi_object::typedef::with_keywords(cx, args.rest(1), kwargs, |row| {
            ops::call_args(cx, args.get(0), row)
        }),
        None => ops::call(cx, args.get(0), args.rest(1)),
    }
}

/// Bytes for a comparison whose time tells nothing of them.
fn secret(cx: &Cx, v: Value) -> Res<Option<Vec<u8>>> {
    match class_of(v).slots.buffer() {
        Some(buffer) => {
            let window = buffer(cx, v, orochi_object::buffer::request::SIMPLE)?;
            Ok(Some(window.as_slice().to_vec()))
        }
        None => Ok(None),
    }
}

fn compare_digest(cx: &Cx, args: Args) -> Res {
    let (a, b) = (args.get(0), args.get(1));
    let (x, y) = match (a.as_str(), b.as_str()) {
        (Some(x), Some(y)) => match (x.as_ascii(), y.as_ascii()) {
            (Some(x), Some(y)) => (x.as_bytes().to_vec(), y.as_bytes().to_vec()),
            _ => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "comparing strings with non-ASCII characters is not supported"
                );
            }
        },
        _ => match (secret(cx, a)?, secret(cx, b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "unsupported operand types(s) or combination of types: '{}' and '{}'",
                    class_of(a).display_name(),
                    class_of(b).display_name()
                );
            }
        },
    };
    let mut difference = (x.len() != y.len()) as u8;
    for (i, byte) in y.iter().enumerate() {
        difference |= byte ^ x.get(i).copied().unwrap_or(!byte);
    }
    Ok(Value::bool(core::hint::black_box(difference) == 0))
}
