//! `sys.settrace`, `sys.setprofile`, and what frames show of them. The events are made in the
//! interpreter (`orochi_interp::trace`).

use crate::frame::frame;
use crate::jump;
use orochi_object::prelude::*;
use orochi_runtime::frame::Vm;

/// `cx.trace_func` or `cx.profile_func` has changed in the calling thread.
pub fn changed(cx: &Cx) {
    orochi_interp::trace::changed(cx);
}

/// Sets or, without a function, removes the calling thread's trace function.
pub fn set_trace(cx: &Cx, function: Option<Value>) {
    cx.trace_func.init_opt(function);
    changed(cx);
}

/// Sets or removes the calling thread's profile function.
pub fn set_profile(cx: &Cx, function: Option<Value>) {
    cx.profile_func.init_opt(function);
    changed(cx);
}

/// `frame.f_lineno = n`: a jump of the running frame, in its trace function only.
pub(crate) fn set_line(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, ATTRIBUTE_ERROR, "cannot delete attribute");
    };
    if !value.is_int() {
        return raise!(cx, VALUE_ERROR, "lineno must be an integer");
    }
    let line = ops::to_i32(cx, value)?;
    let own = frame(v);
    let wrong = match (Vm::of(cx).event.get(), own.record_mut(cx)) {
        (0, _) | (_, None) => "f_lineno can only be set in a trace function",
        (1, _) => "can't jump from the 'call' trace event of a new frame",
        (2, Some(record)) => return jump::jump(cx, own, record, line),
        _ => "can only jump from a 'line' trace event",
    };
    raise!(cx, VALUE_ERROR, "{wrong}")
}

/// `frame.f_trace = f`.
pub(crate) fn set_frame_trace(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    frame(v).trace.set_opt(cx, frame(v), value.and_then(Value::non_none));
    Ok(())
}
