//! `types.SimpleNamespace`: an object with a dict and a repr that shows it.

use orochi_object::instance::{self, PyObject};
use orochi_object::prelude::*;

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    cx.new_instance(class)
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    let positional = args.positional();
    if positional.len() > 1 {
        return raise!(
            cx,
            TYPE_ERROR,
            "{} expected at most 1 argument, got {}",
            class_of(v).name_str().to_string_lossy(),
            positional.len()
        );
    }
    if let [source] = positional {
        let dict = ops::call(cx, types::DICT.get().value(), &[*source])?;
        // SAFETY: `dict(…)` gave it.
        let dict: Ref<PyDict> = unsafe { dict.cast() };
        for pair in dict.snapshot(cx)?.values().chunks_exact(2) {
            if pair[0].as_str().is_none() {
                return raise!(cx, TYPE_ERROR, "keywords must be strings");
            }
            set(cx, v, ops::attribute_name(cx, pair[0])?, pair[1])?;
        }
    }
    for (name, value) in args.keywords() {
        set(cx, v, orochi_object::intern::intern(cx, name)?, value)?;
    }
    Ok(())
}

fn set(cx: &Cx, v: Value, name: Ref<PyStr>, value: Value) -> Res<()> {
    instance::set(cx, v, name, value)?;
    Ok(())
}

fn dict_of(cx: &Cx, v: Value) -> Res<Ref<PyDict>> {
    match instance::dict(cx, v)? {
        Some(dict) => Ok(dict),
        None => cx.new_dict(),
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let exact = class_of(v) == types::SIMPLE_NAMESPACE.get();
    let name = if exact { "namespace".to_owned() } else { class_of(v).display_name() };
    let text = ops::repr_guarded(cx, v, || {
        let pairs = dict_of(cx, v)?.snapshot(cx)?;
        // A heap list, as reprs run Python code.
        let parts = cx.new_list(&[cx.new_str(&format!("{name}("))?.value()])?;
        for pair in pairs.values().chunks_exact(2) {
            let Some(key) = pair[0].as_str().filter(|key| key.len() > 0) else { continue };
            let value = ops::repr(cx, pair[1])?;
            let comma = cx.new_str(if parts.len() > 1 { ", " } else { "" })?;
            let piece = cx.str_join_pieces(&[comma, key, cx.new_str("=")?, value])?;
            parts.push(cx, piece.value())?;
        }
        parts.push(cx, cx.new_str(")")?.value())?;
        let parts = parts.snapshot(cx)?;
        let pieces: Vec<_> = parts.values().iter().filter_map(|v| v.as_str()).collect();
        Ok(cx.str_join_pieces(&pieces)?.value())
    })?;
    match text {
        Some(text) => Ok(text),
        None => Ok(cx.new_str(&format!("{name}(...)"))?.value()),
    }
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let namespace = types::SIMPLE_NAMESPACE.get();
    if !class_of(v).is_subtype(namespace) || !class_of(w).is_subtype(namespace) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    ops::compare(cx, dict_of(cx, v)?.value(), dict_of(cx, w)?.value(), op)
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let empty = cx.new_tuple(&[])?.value();
    let state = dict_of(cx, v)?.value();
    Ok(cx.new_tuple(&[class_of(v).value(), empty, state])?.value())
}

fn replace(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let made = ops::call(cx, class_of(v).value(), &[])?;
    if !class_of(made).is_subtype(types::SIMPLE_NAMESPACE.get()) {
        return raise!(
            cx,
            TYPE_ERROR,
            "expect {} type, but {}() returned '{}' object",
            "types.SimpleNamespace",
            ops::name_in_errors(cx, class_of(v)),
            class_of(made).display_name()
        );
    }
    for source in [Some(dict_of(cx, v)?), args.kwargs(1)].into_iter().flatten() {
        for pair in source.snapshot(cx)?.values().chunks_exact(2) {
            set(cx, made, ops::attribute_name(cx, pair[0])?, pair[1])?;
        }
    }
    Ok(made)
}

/// The type `types.SimpleNamespace`.
pub static TYPE: TypeDef = TypeDef {
    name: "types.SimpleNamespace",
    cell: &types::SIMPLE_NAMESPACE,
    layout: orochi_object::layout::OBJECT,
    size: size_of::<PyObject>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::NO_MODULE,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        method("__reduce__", "(self, /)", reduce),
        method("__replace__", "(self, /, **changes)", replace),
    ],
    getset: &[field_getter("__dict__", orochi_object::typedef::get_instance_dict)],
    doc: Some("A simple attribute-based namespace."),
    ..TypeDef::DEFAULT
};
