//! The type `frame`.

use crate::util::{number_or_none, slot_text, text};
use orochi_interp::generators;
use orochi_object::prelude::*;
use orochi_runtime::generator::{PyGen, state};
use orochi_runtime::pyframe::{self, LAYOUT, PyFrame};

/// The table of `frame`.
pub static TYPE: TypeDef = TypeDef {
    name: "frame",
    cell: &types::FRAME,
    layout: LAYOUT,
    size: size_of::<PyFrame>(),
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: &[method("clear", "(self, /)", clear)],
    getset: &[
        getter("f_back", |cx, v| Ok(pyframe::back(cx, frame(v))?.map_or(Value::NONE, Ref::value))),
        getter("f_code", |_, v| Ok(frame(v).code.or_none())),
        getter("f_globals", |_, v| Ok(frame(v).globals.or_none())),
        getter("f_builtins", |_, v| Ok(frame(v).function().builtins.or_none())),
        getter("f_locals", |cx, v| crate::locals::of_frame(cx, frame(v))),
        getter("f_lasti", |cx, v| Ok(Value::int(frame(v).shown_lasti(cx) * 2))),
        getset("f_lineno", |cx, v| Ok(number_or_none(frame(v).line(cx))), crate::trace::set_line),
        getset("f_trace", |_, v| Ok(frame(v).trace.or_none()), crate::trace::set_frame_trace),
        field(
            "f_trace_lines",
            |_, v| Ok(frame(v).trace_lines.get().unwrap_or(Value::TRUE)),
            |cx, v, value| {
                if value.is_none() {
                    return raise!(cx, TYPE_ERROR, "can't delete numeric/char attribute");
                }
                match value.filter(|value| value.as_bool().is_some()) {
                    Some(value) => frame(v).trace_lines.set(cx, frame(v), value),
                    None => {
                        return raise!(cx, TYPE_ERROR, "attribute value type must be bool");
                    }
                }
                Ok(())
            },
        ),
        getset(
            "f_trace_opcodes",
            |_, v| Ok(frame(v).trace_opcodes.get().unwrap_or(Value::FALSE)),
            |cx, v, value| {
                if value.is_none() {
                    let message = "attribute 'f_trace_opcodes' cannot be deleted";
                    return raise!(cx, ATTRIBUTE_ERROR, "{message}");
                }
                match value.filter(|value| value.as_bool().is_some()) {
                    Some(value) => frame(v).trace_opcodes.set(cx, frame(v), value),
                    None => {
                        return raise!(cx, TYPE_ERROR, "attribute value type must be bool");
                    }
                }
                Ok(())
            },
        ),
        getter("f_generator", |cx, v| {
            let own = frame(v).generator.get();
            Ok(own
                .or_else(|| frame(v).record(cx)?.generator.map(Ref::value))
                .unwrap_or(Value::NONE))
        }),
    ],
    ..TypeDef::DEFAULT
};

pub(crate) fn frame(v: Value) -> Ref<PyFrame> {
    // SAFETY: slots and rows of `frame`, whose instances are PyFrame.
    unsafe { v.cast() }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let own = frame(v);
    let code = own.code();
    let file = ops::repr_text(cx, code.filename.or_none())?;
    let (line, name) = (own.line(cx), slot_text(&code.name));
    text(cx, &format!("<frame at {:#x}, file {file}, line {line}, code {name}>", v.word()))
}

fn clear(cx: &Cx, args: Args) -> Res {
    let own = frame(args.get(0));
    if own.is_running() {
        return raise!(cx, RUNTIME_ERROR, "cannot clear an executing frame");
    }
    if let Some(generator) = own.generator.get().and_then(Value::downcast::<PyGen>) {
        match generator.state() {
            state::RUNNING => {
                return raise!(cx, RUNTIME_ERROR, "cannot clear an executing frame");
            }
            state::SUSPENDED => {
                return raise!(cx, RUNTIME_ERROR, "cannot clear a suspended frame");
            }
            _ => {
                generators::close(cx, generator)?;
                own.generator.clear();
            }
        }
    }
    own.fast.clear();
    own.extra_locals.clear();
    own.trace.clear();
    Ok(Value::NONE)
}
