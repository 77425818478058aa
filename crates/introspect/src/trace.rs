//! `sys.settrace` and `sys.setprofile`.

use crate::frame::frame;
use orochi_object::prelude::*;

/// `frame.f_lineno = n`: a jump of the running frame, in its trace function only.
pub(crate) fn set_line(cx: &Cx, _: Value, value: Option<Value>) -> Res<()> {
    let Some(value) = value else {
        return raise!(cx, ATTRIBUTE_ERROR, "cannot delete attribute");
    };
    if !value.is_int() {
        return raise!(cx, VALUE_ERROR, "lineno must be an integer");
    }
    raise!(cx, VALUE_ERROR, "f_lineno can only be set in a trace function")
}

/// `frame.f_trace = f`.
pub(crate) fn set_frame_trace(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    frame(v).trace.set_opt(cx, frame(v), value.and_then(Value::non_none));
    Ok(())
}
