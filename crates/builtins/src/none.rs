//! The types of `None`, `Ellipsis` and `NotImplemented`.

use orochi_object::prelude::*;

/// The table of `NoneType`.
pub static NONE_TYPE: TypeDef = TypeDef {
    name: "NoneType",
    cell: &types::NONE_TYPE,
    slots: Slots {
        repr: Some(|cx, _| Ok(name!(cx, "None").value())),
        hash: Some(|_, _| Ok(0xfca8_6420)),
        compare: Some(identity),
        bool_: Some(|_, _| Ok(false)),
        new: Some(|cx, _, args| only(cx, args, "NoneType", Value::NONE)),
        ..Slots::NONE
    },
    doc: Some("The type of the None singleton."),
    ..TypeDef::DEFAULT
};

/// The table of `ellipsis`.
pub static ELLIPSIS_TYPE: TypeDef = TypeDef {
    name: "ellipsis",
    cell: &types::ELLIPSIS_TYPE,
    slots: Slots {
        repr: Some(|cx, _| Ok(name!(cx, "Ellipsis").value())),
        new: Some(|cx, _, args| only(cx, args, "EllipsisType", Value::ELLIPSIS)),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, _| Ok(name!(cx, "Ellipsis").value()))],
    doc: Some("The type of the Ellipsis singleton."),
    ..TypeDef::DEFAULT
};

/// The table of `NotImplementedType`.
pub static NOT_IMPLEMENTED_TYPE: TypeDef = TypeDef {
    name: "NotImplementedType",
    cell: &types::NOT_IMPLEMENTED_TYPE,
    slots: Slots {
        repr: Some(|cx, _| Ok(name!(cx, "NotImplemented").value())),
        bool_: Some(|cx, _| {
            raise!(cx, TYPE_ERROR, "NotImplemented should not be used in a boolean context")
        }),
        new: Some(|cx, _, args| only(cx, args, "NotImplementedType", Value::NOT_IMPLEMENTED)),
        ..Slots::NONE
    },
    methods: &[method("__reduce__", "(self, /)", |cx, _| Ok(name!(cx, "NotImplemented").value()))],
    doc: Some("The type of the NotImplemented singleton."),
    ..TypeDef::DEFAULT
};

fn only(cx: &Cx, args: CallArgs, name: &str, value: Value) -> Res {
    if args.is_empty() {
        return Ok(value);
    }
    raise!(cx, TYPE_ERROR, "{name} takes no arguments")
}

fn identity(_: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    match op {
        CmpOp::Eq if v.is(w) => Ok(Value::TRUE),
        CmpOp::Ne if v.is(w) => Ok(Value::FALSE),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}
