//! A task's steps: each drives the coroutine to what it waits for next.
//!
//! Rules:
//! 1. A pending task waits for a future, which then calls `wakeup`, or the loop is about to call `step`, or it is in a step.
//! 2. What goes wrong while the coroutine's answer is dealt with is thrown into the coroutine at the next step.

use crate::callbacks;
use crate::common::{CONTEXT, call_method_with, call_soon, is_cancelled, words};
use crate::future::{self, Outcome, future, mark};
use crate::registry;
use crate::task::{Task, task};
use orochi_interp::generators::{self, Resumed};
use orochi_object::layout;
use orochi_object::prelude::*;

/// The callable that makes a step: with an exception to throw, or UNSET.
#[repr(C)]
struct Step {
    header: Header,
    task: Slot,
    exception: Slot,
}
words!(Step);

static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_asyncio.TaskStepMethWrapper",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Step>(),
    flags: flag::NO_NEW,
    slots: Slots {
        call: Some(|cx, v, args| {
            if !args.is_empty() {
                let kind = if args.keyword_count() > 0 { "keyword" } else { "positional" };
                return raise!(cx, TYPE_ERROR, "function takes no {kind} arguments");
            }
            step(cx, task(of(v).task.or_none()), of(v).exception.get())
        }),
        ..Slots::NONE
    },
    getset: &[getter("__self__", |_, v| Ok(of(v).task.or_none()))],
    ..TypeDef::DEFAULT
};

#[inline(always)]
fn of(v: Value) -> Ref<Step> {
    // SAFETY: slots and attributes of the type are called with its instances only.
    unsafe { v.cast() }
}

fn new_step(cx: &Cx, own: Ref<Task>, exception: Option<Value>) -> Res {
    let made: Ref<Step> = cx.alloc_instance(CELL.get(), 0)?;
    made.task.init(own.value());
    made.exception.init_opt(exception);
    Ok(made.value())
}

/// The callable that makes the next step.
pub(crate) fn callable(cx: &Cx, own: Ref<Task>) -> Res {
    if let Some(known) = own.step.get() {
        return Ok(known);
    }
    let made = new_step(cx, own, None)?;
    own.step.set(cx, own, made);
    Ok(made)
}

/// The loop is to make the next step soon, throwing `exception` if there is one.
fn step_soon(cx: &Cx, own: Ref<Task>, exception: Option<Value>) -> Res<()> {
    let next = match exception {
        Some(_) => new_step(cx, own, exception)?,
        None => callable(cx, own)?,
    };
    let event_loop = future::event_loop(cx, future(own.value()))?;
    call_soon(cx, event_loop, next, None, own.context.or_none())
}

static WAKEUP: orochi_object::native::NativeDef =
    method("task_wakeup", "(self, future, /)", |cx, args| {
        wakeup(cx, task(args.get(0)), args.get(1))
    });

fn wakeup_callable(cx: &Cx, own: Ref<Task>) -> Res {
    if let Some(known) = own.wakeup.get() {
        return Ok(known);
    }
    let made = cx.new_native(&WAKEUP, Some(own.value()))?.value();
    own.wakeup.set(cx, own, made);
    Ok(made)
}

/// What a future calls that the task waited for.
fn wakeup(cx: &Cx, own: Ref<Task>, awaited: Value) -> Res {
    future::discard_awaited_by(cx, awaited, own.value())?;
    let ended = match future::exact(awaited) {
        Some(known) => match future::outcome(cx, known) {
            Ok(Outcome::Result(_)) => None,
            Ok(Outcome::Exception(raised)) | Err(raised) => Some(raised.value()),
        },
        None => {
            let result = ops::call_method(cx, awaited, name!(cx, "result"), &[]);
            result.err().map(Raised::value)
        }
    };
    step(cx, own, ended)
}

/// Makes a step.
fn step(cx: &Cx, own: Ref<Task>, exception: Option<Value>) -> Res {
    let event_loop = future::event_loop(cx, future(own.value()))?;
    registry::enter(cx, event_loop, own.value())?;
    let done = run(cx, own, exception);
    let left = registry::leave(cx, event_loop, own.value());
    done?;
    left?;
    Ok(Value::NONE)
}

/// The first step, in the middle of the running one.
pub(crate) fn eagerly(cx: &Cx, own: Ref<Task>, event_loop: Value) -> Res<()> {
    let v = own.value();
    let before = registry::swap(cx, event_loop, v)?;
    let done = registry::register_eager(cx, v).and_then(|_| {
        static FIRST: orochi_object::native::NativeDef =
            method("task_eager_start", "(self, /)", |cx, args| {
                run(cx, task(args.get(0)), None)?;
                Ok(Value::NONE)
            });
        let first = cx.new_native(&FIRST, Some(v))?.value();
        ops::call_method(cx, own.context.or_none(), name!(cx, "run"), &[first])
    });
    let forgotten = registry::unregister_eager(cx, v);
    let left = registry::swap(cx, event_loop, before);
    done?;
    forgotten?;
    left?;
    if own.future.is_pending() {
        registry::register(cx, v)?;
    } else {
        own.coroutine.clear();
    }
    Ok(())
}

/// Drives the coroutine and deals with its answer.
fn run(cx: &Cx, own: Ref<Task>, exception: Option<Value>) -> Res<()> {
    let v = own.value();
    if !own.future.is_pending() {
        let (shown, with) =
            (ops::repr_text(cx, v)?, ops::repr_text(cx, exception.unwrap_or(Value::NONE))?);
        let message = format!("__step(): already done: {shown} {with}");
        return Err(crate::common::invalid_state(cx, &message));
    }
    let mut exception = exception;
    if own.future.has(mark::MUST_CANCEL) {
        let known = match exception {
            Some(exception) => is_cancelled(cx, exception)?,
            None => false,
        };
        if !known {
            exception = Some(future::cancelled_error(cx, future(v))?);
        }
        own.future.set_mark(mark::MUST_CANCEL, false);
    }
    own.waits_for.clear();
    let Some(coroutine) = own.coroutine.get() else {
        return raise!(cx, RUNTIME_ERROR, "uninitialized Task object");
    };
    let answer = match exception {
        None => generators::send(cx, coroutine, Value::NONE),
        Some(exception) => {
            generators::returned(ops::call_method(cx, coroutine, name!(cx, "throw"), &[exception]))
        }
    };
    match answer {
        Ok(Resumed::Yielded(value)) => yielded(cx, own, value),
        Ok(Resumed::Returned(_)) if own.future.has(mark::MUST_CANCEL) => {
            // It was cancelled just before the coroutine ended.
            own.future.set_mark(mark::MUST_CANCEL, false);
            let message = own.future.cancel_message.get();
            future::cancel(cx, future(v), message).map(drop)
        }
        Ok(Resumed::Returned(value)) => future::set_result(cx, future(v), value),
        Err(raised) if is_cancelled(cx, raised.value())? => {
            own.future.cancelled.set(cx, own, raised.value());
            future::cancel(cx, future(v), None).map(drop)
        }
        Err(raised) => {
            future::set_exception(cx, future(v), raised.value())?;
            if raised.is(&exception::KEYBOARD_INTERRUPT) || raised.is(&exception::SYSTEM_EXIT) {
                return Err(raised);
            }
            Ok(())
        }
    }
}

/// Deals with what the coroutine waits for.
fn yielded(cx: &Cx, own: Ref<Task>, value: Value) -> Res<()> {
    match wait_for(cx, own, value) {
        Ok(None) => Ok(()),
        Ok(Some(complaint)) => {
            let error = cx.error(&exception::RUNTIME_ERROR, &complaint);
            step_soon(cx, own, Some(error.value()))
        }
        // Rule 2.
        Err(raised) => step_soon(cx, own, Some(raised.value())),
    }
}

/// Has the task wait for what its coroutine yielded; gives what is wrong with that.
fn wait_for(cx: &Cx, own: Ref<Task>, value: Value) -> Res<Option<String>> {
    let v = own.value();
    let event_loop = future::event_loop(cx, future(v))?;
    if value.is_none() {
        step_soon(cx, own, None)?;
        return Ok(None);
    }
    if value.is(v) {
        return Ok(Some(format!("Task cannot await on itself: {}", ops::repr_text(cx, v)?)));
    }
    let shown =
        || -> Res<(String, String)> { Ok((ops::repr_text(cx, v)?, ops::repr_text(cx, value)?)) };
    let known = future::exact(value);
    let blocking = match known {
        Some(awaited) => awaited.has(mark::BLOCKING),
        None => {
            let asked = ops::getattr_opt(cx, value, name!(cx, "_asyncio_future_blocking"))?;
            let Some(blocking) = asked.and_then(Value::non_none) else {
                return not_awaitable(cx, v, value).map(Some);
            };
            ops::truth(cx, blocking)?
        }
    };
    if !future::loop_of(cx, value)?.is(event_loop) {
        let (task, other) = shown()?;
        return Ok(Some(format!("Task {task} got Future {other} attached to a different loop")));
    }
    if !blocking {
        let (task, other) = shown()?;
        return Ok(Some(format!(
            "yield was used instead of yield from in task {task} with {other}"
        )));
    }
    future::add_awaited_by(cx, value, v)?;
    let (wakeup, context) = (wakeup_callable(cx, own)?, own.context.or_none());
    match known {
        Some(awaited) => {
            awaited.set_mark(mark::BLOCKING, false);
            callbacks::add(cx, awaited, event_loop, wakeup, context)?;
        }
        None => {
            ops::setattr(cx, value, name!(cx, "_asyncio_future_blocking"), Value::FALSE)?;
            let add = name!(cx, "add_done_callback");
            call_method_with(cx, value, add, &[wakeup], (&CONTEXT, context))?;
        }
    }
    own.waits_for.set(cx, own, value);
    if own.future.has(mark::MUST_CANCEL)
        && future::cancel_any(cx, value, own.future.cancel_message.get())?
    {
        own.future.set_mark(mark::MUST_CANCEL, false);
    }
    Ok(None)
}

fn not_awaitable(cx: &Cx, v: Value, value: Value) -> Res<String> {
    let shown = ops::repr_text(cx, value)?;
    if is_exact(value, &types::GENERATOR) {
        let task = ops::repr_text(cx, v)?;
        return Ok(format!(
            "yield was used instead of yield from for generator in task {task} with {shown}"
        ));
    }
    Ok(format!("Task got bad yield: {shown}"))
}
