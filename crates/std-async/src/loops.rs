//! The running event loop of a thread.

use orochi_object::cx::thread_slot::RUNNING_LOOP;
use orochi_object::hooks;
use orochi_object::prelude::*;

/// The loop that this thread runs.
#[inline]
pub(crate) fn running(cx: &Cx) -> Option<Value> {
    cx.locals[RUNNING_LOOP].get()
}

/// `_set_running_loop`
pub(crate) fn set_running(cx: &Cx, args: Args) -> Res {
    cx.locals[RUNNING_LOOP].init_opt(args.get(0).non_none());
    Ok(Value::NONE)
}

/// `get_running_loop`
pub(crate) fn get_running(cx: &Cx) -> Res {
    match running(cx) {
        Some(own) => Ok(own),
        None => raise!(cx, RUNTIME_ERROR, "no running event loop"),
    }
}

/// `get_event_loop`: the running loop, or the one the policy has.
pub(crate) fn get_event_loop(cx: &Cx) -> Res {
    if let Some(own) = running(cx) {
        return Ok(own);
    }
    let policy = hooks::module_attr(cx, "asyncio.events", "_get_event_loop_policy")?;
    let policy = ops::call(cx, policy, &[])?;
    ops::call_method(cx, policy, name!(cx, "get_event_loop"), &[])
}
