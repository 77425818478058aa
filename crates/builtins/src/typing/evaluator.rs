//! `constevaluator`: the evaluate function of a value that is known already.

use super::words;
use orochi_object::layout;
use orochi_object::object::Object;
use orochi_object::prelude::*;

static CELL: TypeCell = TypeCell::new();

#[repr(C)]
struct Evaluator {
    header: Header,
    value: Slot,
}
words!(Evaluator);

/// A function that gives `value`.
pub(super) fn constant(cx: &Cx, value: Value) -> Res {
    orochi_object::typedef::make_type(cx, &TYPE)?;
    let e: Ref<Evaluator> = cx.alloc_instance(CELL.get(), 0)?;
    e.value.init(value);
    Ok(e.value())
}

fn value_of(v: Value) -> Value {
    // SAFETY: receivers of these slots are evaluators.
    unsafe { v.cast::<Evaluator>() }.value.or_none()
}

fn call(cx: &Cx, v: Value, args: CallArgs) -> Res {
    let [format] = args.exactly(cx, "constevaluator.__call__", 1, 1)? else {
        return Ok(Value::NONE);
    };
    let value = value_of(v);
    match ops::to_i64(cx, *format)? {
        2 => Err(cx.error_args(exception::NOT_IMPLEMENTED_ERROR.get(), &[])),
        4 => text(cx, value),
        _ => Ok(value),
    }
}

/// The value as annotations in text form show it.
fn text(cx: &Cx, value: Value) -> Res {
    let Some(tuple) = value.downcast::<PyTuple>() else {
        return Ok(cx.new_str(&crate::generic_alias::type_repr(cx, value)?)?.value());
    };
    let mut parts = Vec::new();
    for item in tuple.values() {
        parts.push(crate::generic_alias::type_repr(cx, *item)?);
    }
    let comma = if parts.len() == 1 { "," } else { "" };
    Ok(cx.new_str(&format!("({}{comma})", parts.join(", ")))?.value())
}

fn repr(cx: &Cx, v: Value) -> Res {
    let text = ops::repr_text(cx, value_of(v))?;
    Ok(cx.new_str(&format!("<constevaluator {text}>"))?.value())
}

pub(super) static TYPE: TypeDef = TypeDef {
    name: "_typing._ConstEvaluator",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Evaluator>(),
    flags: flag::NO_NEW,
    slots: Slots { call: Some(call), repr: Some(repr), ..Slots::NONE },
    ..TypeDef::DEFAULT
};
