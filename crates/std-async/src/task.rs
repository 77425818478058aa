//! `_asyncio.Task`: a coroutine that a loop runs, as a future.

use crate::common::{bind, call_soon, number, words};
use crate::future::{self, Future, future, mark, settable};
use crate::registry;
use crate::step;
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_object::hooks;
use orochi_object::layout;
use orochi_object::prelude::*;

/// A task.
#[repr(C)]
pub(crate) struct Task {
    pub future: Future,
    pub coroutine: Slot,
    pub context: Slot,
    /// A str, or the number in the name it has by default.
    name: Slot,
    /// The future it waits for.
    pub waits_for: Slot,
    /// How often it was asked to end: a small int.
    cancels: Slot,
    /// The callable that makes its next step, made once.
    pub step: Slot,
    /// The callable that a future calls that it waits for, made once.
    pub wakeup: Slot,
}
words!(Task);

pub(crate) static CELL: TypeCell = TypeCell::new();

/// The number in the next name.
static NUMBER: AtomicI64 = AtomicI64::new(1);

/// The type's table.
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_asyncio.Task",
    cell: &CELL,
    base: Some(&future::CELL),
    layout: layout::WORDS,
    size: size_of::<Task>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots {
        new: Some(|cx, class, _| {
            let made: Ref<Task> = cx.alloc_instance(class, 0)?;
            Ok(made.value())
        }),
        init: Some(init),
        repr: Some(|cx, v| {
            let repr = hooks::module_attr(cx, "asyncio.base_tasks", "_task_repr")?;
            ops::call(cx, repr, &[v])
        }),
        del: Some(delete),
        ..Slots::NONE
    },
    methods: &[
        method("cancel", "(self, /, msg=None)", |cx, args| {
            Ok(Value::bool(cancel(cx, task(args.get(0)), args.non_none(1))?))
        }),
        method("cancelling", "(self, /)", |_, args| {
            Ok(Value::int(number(&task(args.get(0)).cancels)))
        }),
        method("uncancel", "(self, /)", uncancel),
        method("set_result", "(self, result, /)", |cx, _| {
            raise!(cx, RUNTIME_ERROR, "Task does not support set_result operation")
        }),
        method("set_exception", "(self, exception, /)", |cx, _| {
            raise!(cx, RUNTIME_ERROR, "Task does not support set_exception operation")
        }),
        method("get_stack", "(self, /, *, limit=None)", |cx, args| {
            let get = hooks::module_attr(cx, "asyncio.base_tasks", "_task_get_stack")?;
            ops::call(cx, get, &[args.get(0), args.or(1, Value::NONE)])
        }),
        method("print_stack", "(self, /, *, limit=None, file=None)", |cx, args| {
            let print = hooks::module_attr(cx, "asyncio.base_tasks", "_task_print_stack")?;
            ops::call(cx, print, &[args.get(0), args.or(1, Value::NONE), args.or(2, Value::NONE)])
        }),
        method("get_name", "(self, /)", get_name),
        method("set_name", "(self, value, /)", |cx, args| {
            set_name(cx, task(args.get(0)), args.get(1))?;
            Ok(Value::NONE)
        }),
        method("get_coro", "(self, /)", |_, args| Ok(task(args.get(0)).coroutine.or_none())),
        method("get_context", "(self, /)", |_, args| Ok(task(args.get(0)).context.or_none())),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        getset(
            "_log_destroy_pending",
            |_, v| Ok(Value::bool(future(v).has(mark::LOG_DESTROY))),
            |cx, v, value| {
                let value = settable(cx, v, "_log_destroy_pending", value)?;
                let on = ops::truth(cx, value)?;
                future(v).set_mark(mark::LOG_DESTROY, on);
                Ok(())
            },
        ),
        getter("_must_cancel", |_, v| Ok(Value::bool(future(v).has(mark::MUST_CANCEL)))),
        getter("_coro", |_, v| Ok(task(v).coroutine.or_none())),
        getter("_fut_waiter", |_, v| Ok(task(v).waits_for.or_none())),
    ],
    doc: Some("A coroutine wrapped in a Future."),
    ..TypeDef::DEFAULT
};

/// The task that a method or slot was called with.
#[inline(always)]
pub(crate) fn task(v: Value) -> Ref<Task> {
    // SAFETY: slots and methods of the type are called with its instances only.
    unsafe { v.cast() }
}

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    bind!(
        cx,
        "Task",
        "(coro, *, loop=None, name=None, context=None, eager_start=False)",
        args,
        |row| {
            let given = Given {
                coroutine: row.get(0),
                name: row.non_none(2),
                context: row.non_none(3),
                eager: row.opt(4),
            };
            future::init(cx, future(v), row.non_none(1))?;
            start(cx, v, given)
        }
    )
}

struct Given {
    coroutine: Value,
    name: Option<Value>,
    context: Option<Value>,
    eager: Option<Value>,
}

fn start(cx: &Cx, v: Value, given: Given) -> Res<()> {
    let own = task(v);
    own.step.clear();
    own.wakeup.clear();
    own.waits_for.clear();
    own.cancels.init(Value::int(0));
    if !is_coroutine(cx, given.coroutine)? {
        let shown = ops::repr_text(cx, given.coroutine)?;
        return raise!(cx, TYPE_ERROR, "a coroutine was expected, got {shown}");
    }
    own.future.set_mark(mark::LOG_DESTROY, true);
    let context = match given.context {
        Some(context) => context,
        None => orochi_std_core::contextvars::copy_context(cx)?,
    };
    own.context.set(cx, own, context);
    own.coroutine.set(cx, own, given.coroutine);
    match given.name {
        Some(name) => set_name(cx, own, name)?,
        None => own.name.init(Value::int(NUMBER.fetch_add(1, Ordering::Relaxed))),
    }
    let event_loop = future::event_loop(cx, future(v))?;
    if let Some(eager) = given.eager
        && ops::truth(cx, eager)?
    {
        let running = ops::call_method(cx, event_loop, name!(cx, "is_running"), &[])?;
        if ops::truth(cx, running)? {
            return step::eagerly(cx, own, event_loop);
        }
    }
    let next = step::callable(cx, own)?;
    call_soon(cx, event_loop, next, None, context)?;
    registry::register(cx, v)?;
    Ok(())
}

fn is_coroutine(cx: &Cx, v: Value) -> Res<bool> {
    if is_exact(v, &types::COROUTINE) {
        return Ok(true);
    }
    let ask = hooks::module_attr(cx, "asyncio.coroutines", "iscoroutine")?;
    let answer = ops::call(cx, ask, &[v])?;
    ops::truth(cx, answer)
}

fn set_name(cx: &Cx, own: Ref<Task>, name: Value) -> Res<()> {
    let name = if is_exact(name, &types::STR) { name } else { ops::str(cx, name)?.value() };
    own.name.set(cx, own, name);
    Ok(())
}

fn get_name(cx: &Cx, args: Args) -> Res {
    let own = task(args.get(0));
    let known = own.name.or_none();
    let Some(number) = known.as_small() else { return Ok(known) };
    let name = cx.new_str(&format!("Task-{number}"))?.value();
    own.name.set(cx, own, name);
    Ok(name)
}

fn cancel(cx: &Cx, own: Ref<Task>, message: Option<Value>) -> Res<bool> {
    own.future.set_mark(mark::LOG_TRACEBACK, false);
    if !own.future.is_pending() {
        return Ok(false);
    }
    own.cancels.init(Value::int(number(&own.cancels) + 1));
    if let Some(awaited) = own.waits_for.get()
        && future::cancel_any(cx, awaited, message)?
    {
        // It stays: it may be a task that goes on, and has to be cancelled again.
        return Ok(true);
    }
    own.future.set_mark(mark::MUST_CANCEL, true);
    own.future.cancel_message.set_opt(cx, own, message);
    Ok(true)
}

fn uncancel(_: &Cx, args: Args) -> Res {
    let own = task(args.get(0));
    let left = (number(&own.cancels) - 1).max(0);
    own.cancels.init(Value::int(left));
    if left == 0 {
        own.future.set_mark(mark::MUST_CANCEL, false);
    }
    Ok(Value::int(left))
}

/// `__del__`: tells of a task that nobody will run any more.
pub(crate) fn delete(cx: &Cx, v: Value) -> Res<()> {
    if future(v).is_pending() && future(v).has(mark::LOG_DESTROY) {
        future(v).set_mark(mark::LOG_DESTROY, false);
        let message = "Task was destroyed but it is pending!";
        future::complain(cx, v, message, name!(cx, "task"))?;
    }
    future::delete(cx, v)
}
