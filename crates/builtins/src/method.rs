//! Bound methods.

use crate::descriptors;
use orochi_object::layout;
use orochi_object::native::PyMethod;
use orochi_object::prelude::*;

/// The table of `method`.
pub static TYPE: TypeDef = TypeDef {
    name: "method",
    cell: &types::METHOD,
    layout: layout::METHOD,
    size: size_of::<PyMethod>(),
    flags: flag::WEAKREF,
    slots: Slots {
        call: Some(ops::call_method_object),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        getattr: Some(getattr),
        descr_get: Some(|_, v, _, _| Ok(v)),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", reduce)],
    getset: &[
        field_getter("__func__", |_, v| Ok(object(v).function.or_none())),
        field_getter("__self__", |_, v| Ok(object(v).receiver.or_none())),
        getter("__doc__", |cx, v| {
            let function = object(v).function.or_none();
            Ok(ops::getattr_opt(cx, function, name!(cx, "__doc__"))?.unwrap_or(Value::NONE))
        }),
    ],
    doc: Some("Create a bound instance method object."),
    ..TypeDef::DEFAULT
};

fn object(v: Value) -> Ref<PyMethod> {
    // SAFETY: slots and rows of `method`, whose instances are PyMethod.
    unsafe { v.cast() }
}

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.exactly(cx, "method", 2, 2)?;
    if class_of(given[0]).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "first argument must be callable");
    }
    if given[1].is_none() {
        return raise!(cx, TYPE_ERROR, "instance must not be None");
    }
    Ok(cx.new_method(given[0], given[1])?.value())
}

/// Attributes of the method itself, then those of its function.
fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    let class = class_of(v);
    if let Some(found) = class.lookup(cx, name) {
        return match class_of(found).slots.descr_get() {
            Some(get) => get(cx, found, Some(v), Some(class.value())),
            None => Ok(found),
        };
    }
    ops::getattr(cx, object(v).function.or_none(), name)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let function = object(v).function.or_none();
    let mut name = None;
    for attr in [name!(cx, "__qualname__"), name!(cx, "__name__")] {
        if name.is_none() {
            name = ops::getattr_opt(cx, function, attr)?.and_then(Value::as_str);
        }
    }
    let name = name.map_or("?".to_owned(), |name| name.to_string_lossy());
    let receiver = ops::repr_text(cx, object(v).receiver.or_none())?;
    Ok(cx.new_str(&format!("<bound method {name} of {receiver}>"))?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let own = ops::hash_identity(cx, object(v).receiver.or_none())?;
    let hash = own ^ ops::hash(cx, object(v).function.or_none())?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || !is_exact(w, &types::METHOD) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = object(v).receiver.or_none().is(object(w).receiver.or_none())
        && ops::eq(cx, object(v).function.or_none(), object(w).function.or_none())?;
    Ok(Value::bool(same == (op == CmpOp::Eq)))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let m = object(args.get(0));
    let name = ops::getattr(cx, m.function.or_none(), name!(cx, "__name__"))?;
    descriptors::reduce_getattr(cx, m.receiver.or_none(), name)
}
