//! The type `bool`.

use crate::number;
use orochi_object::layout;
use orochi_object::prelude::*;

/// The table of `bool`.
pub static TYPE: TypeDef = TypeDef {
    name: "bool",
    cell: &types::BOOL,
    base: Some(&types::INT),
    layout: layout::INT,
    size: size_of::<orochi_object::int::PyInt>(),
    slots: Slots {
        repr: Some(|cx, v| {
            let name = if v.is(Value::TRUE) { name!(cx, "True") } else { name!(cx, "False") };
            Ok(name.value())
        }),
        and: Some(|cx, v, w| logic(cx, v, w, |a, b| a & b, types::INT.get().slots.and())),
        or: Some(|cx, v, w| logic(cx, v, w, |a, b| a | b, types::INT.get().slots.or())),
        xor: Some(|cx, v, w| logic(cx, v, w, |a, b| a ^ b, types::INT.get().slots.xor())),
        invert: Some(invert),
        new: Some(new),
        ..Slots::NONE
    },
    doc: Some(
        "Returns True when the argument is true, False otherwise.\nThe builtins True and False are \
         the only two instances of the class bool.\nThe class bool is a subclass of the class int, \
         and cannot be subclassed.",
    ),
    ..TypeDef::DEFAULT
};

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "bool", 0, 1)?;
    match given.first() {
        Some(v) => Ok(Value::bool(ops::truth(cx, *v)?)),
        None => Ok(Value::FALSE),
    }
}

fn logic(
    cx: &Cx,
    v: Value,
    w: Value,
    f: fn(bool, bool) -> bool,
    of_int: Option<orochi_object::slots::BinaryFn>,
) -> Res {
    match (v.as_bool(), w.as_bool(), of_int) {
        (Some(a), Some(b), _) => Ok(Value::bool(f(a, b))),
        (_, _, Some(of_int)) => of_int(cx, v, w),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn invert(cx: &Cx, v: Value) -> Res {
    number::warn(
        cx,
        &exception::DEPRECATION_WARNING,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This \
         returns the bitwise inversion of the underlying int object and is usually not what you \
         expect from the negation of a bool object. Use the 'not' operator for boolean negation or \
         ~int(x) for the bitwise inversion of the underlying int.",
    )?;
    Ok(Value::int(if v.is(Value::TRUE) { -2 } else { -1 }))
}
