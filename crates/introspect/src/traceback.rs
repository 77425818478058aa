//! The type `traceback`.

use crate::util::{Sig, number_or_none, wrong_argument};
use orochi_object::prelude::*;
use orochi_runtime::pyframe::PyFrame;
use orochi_runtime::traceback::{LAYOUT, PyTraceback, new_traceback};

/// The table of `traceback`.
pub static TYPE: TypeDef = TypeDef {
    name: "traceback",
    cell: &types::TRACEBACK,
    layout: LAYOUT,
    size: size_of::<PyTraceback>(),
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[method("__dir__", "(self, /)", |cx, _| {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        let list = cx.new_list(&[])?;
        for name in names {
            list.push(cx, crate::util::interned(cx, name)?)?;
        }
        Ok(list.value())
    })],
    getset: &[
        field_getter("tb_frame", |_, v| Ok(traceback(v).frame.or_none())),
        getset("tb_next", |_, v| Ok(traceback(v).next.or_none()), set_next),
        field_getter("tb_lasti", |_, v| Ok(shown_lasti(v))),
        getter("tb_lineno", |_, v| Ok(number_or_none(traceback(v).line()))),
    ],
    doc: Some("Create a new traceback object."),
    ..TypeDef::DEFAULT
};

fn traceback(v: Value) -> Ref<PyTraceback> {
    // SAFETY: slots and rows of `traceback`, whose instances are PyTraceback.
    unsafe { v.cast() }
}

/// The instruction as frames show it: see `code.rs`.
fn shown_lasti(v: Value) -> Value {
    Value::int(traceback(v).lasti.or_none().as_small().unwrap_or(0) + 2)
}

static NEW: Sig = Sig::new("traceback", "(tb_next, tb_frame, tb_lasti, tb_lineno)");

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    NEW.bind(cx, args, |args| {
        let next = checked_next(cx, args.get(0), "traceback object or None")?;
        let Some(frame) = args.get(1).downcast::<PyFrame>() else {
            return wrong_argument(cx, "traceback() argument 'tb_frame'", "frame", args.get(1));
        };
        let lasti = ops::to_i32(cx, args.get(2))?;
        let line = ops::to_i32(cx, args.get(3))?;
        let made = new_traceback(cx, frame, 0, next)?;
        made.lasti.init(Value::int(i64::from(lasti) - 2));
        made.lineno.init(Value::int(line as i64));
        Ok(made.value())
    })
}

fn checked_next(cx: &Cx, v: Value, wanted: &str) -> Res<Option<Value>> {
    if v.is_none() {
        return Ok(None);
    }
    match v.downcast::<PyTraceback>() {
        Some(_) => Ok(Some(v)),
        None => raise!(cx, TYPE_ERROR, "expected {wanted}, got '{}'", class_of(v).display_name()),
    }
}

fn set_next(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "can't delete tb_next attribute");
    };
    let next = checked_next(cx, value, "traceback object")?;
    let mut at = next;
    while let Some(tb) = at {
        if tb.is(v) {
            return raise!(cx, VALUE_ERROR, "traceback loop detected");
        }
        at = tb.downcast::<PyTraceback>().and_then(|tb| tb.next.get());
    }
    traceback(v).next.set_opt(cx, traceback(v), next);
    Ok(())
}
