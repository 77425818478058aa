//! The module `_tracemalloc`: allocations are not traced; what can be told is told.

use orochi_object::prelude::*;

fn no(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}
fn none(_: &Cx, _: Args) -> Res {
    Ok(Value::NONE)
}
fn zero(_: &Cx, _: Args) -> Res {
    Ok(Value::int(0))
}
fn one(_: &Cx, _: Args) -> Res {
    Ok(Value::int(1))
}
fn empty(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_list(&[])?.value())
}
fn start(cx: &Cx, _: Args) -> Res {
    raise!(cx, RUNTIME_ERROR, "tracing of allocations is not supported")
}
fn traced_memory(cx: &Cx, _: Args) -> Res {
    Ok(cx.new_tuple(&[Value::int(0), Value::int(0)])?.value())
}

/// The module `_tracemalloc`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_tracemalloc",
    functions: &[
        function("is_tracing", "()", no),
        function("clear_traces", "()", none),
        function("_get_traces", "()", empty),
        function("_get_object_traceback", "(obj, /)", none),
        function("start", "(nframe=1, /)", start),
        function("stop", "()", none),
        function("get_traceback_limit", "()", one),
        function("get_tracemalloc_memory", "()", zero),
        function("get_traced_memory", "()", traced_memory),
        function("reset_peak", "()", none),
    ],
    ..ModuleDef::DEFAULT
};
