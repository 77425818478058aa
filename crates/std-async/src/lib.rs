//! The module `_asyncio`: futures and tasks, and what thread runs which loop and which task.
//!
//! Rules:
//! 1. A future or task belongs to the thread of its loop, as everywhere in asyncio. Threads that break this may lose a
//!    callback or a mark; every word is a slot, so nothing else can happen.
//! 2. The running loop and the running task are the thread's own (`Cx::locals`); other threads only look at them.

mod callbacks;
mod common;
mod future;
mod loops;
mod registry;
mod step;
mod task;
mod waiter;

use orochi_object::cx::thread_slot::{CURRENT_TASK, RUNNING_LOOP};
use orochi_object::module::PyModule;
use orochi_object::prelude::*;

pub use future::wants_finalizing;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&MODULE];

static MODULE: ModuleDef = ModuleDef {
    name: "_asyncio",
    doc: Some("Accelerator module for asyncio"),
    functions: &[
        function("_enter_task", "(loop, task)", registry::enter_task),
        function("_leave_task", "(loop, task)", registry::leave_task),
        function("_swap_current_task", "(loop, task)", registry::swap_current_task),
        function("_register_task", "(task)", |cx, args| registry::register(cx, args.get(0))),
        function("_unregister_task", "(task)", |cx, args| registry::unregister(cx, args.get(0))),
        function("_register_eager_task", "(task)", |cx, args| {
            registry::register_eager(cx, args.get(0))
        }),
        function("_unregister_eager_task", "(task)", |cx, args| {
            registry::unregister_eager(cx, args.get(0))
        }),
        function("current_task", "(loop=None)", registry::current_task),
        function("all_tasks", "(loop=None)", registry::all_tasks),
        function("_get_running_loop", "()", |cx, _| Ok(loops::running(cx).unwrap_or(Value::NONE))),
        function("_set_running_loop", "(loop, /)", loops::set_running),
        function("get_running_loop", "()", |cx, _| loops::get_running(cx)),
        function("get_event_loop", "()", |cx, _| loops::get_event_loop(cx)),
        function("future_add_to_awaited_by", "(fut, waiter, /)", |cx, args| {
            future::add_awaited_by(cx, args.get(0), args.get(1))?;
            Ok(Value::NONE)
        }),
        function("future_discard_from_awaited_by", "(fut, waiter, /)", |cx, args| {
            future::discard_awaited_by(cx, args.get(0), args.get(1))?;
            Ok(Value::NONE)
        }),
    ],
    types: &[&future::TYPE, &task::TYPE, &waiter::TYPE, &step::TYPE],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The types of helper objects are made with the module but not shown in it.
fn init(cx: &Cx, module: Ref<PyModule>) -> Res<()> {
    // A forked child runs no loop.
    orochi_object::host::at_fork_in_child(|cx| {
        for slot in [RUNNING_LOOP, CURRENT_TASK] {
            cx.locals[slot].clear();
        }
    });
    module.namespace().remove(cx, name!(cx, "FutureIter").value())?;
    module.namespace().remove(cx, name!(cx, "TaskStepMethWrapper").value())?;
    Ok(())
}
