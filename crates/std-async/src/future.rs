//! `_asyncio.Future`.

use crate::callbacks;
use crate::common::{MSG, bind, call_method_with, cancelled_class, invalid_state, number, words};
use crate::loops;
use crate::task;
use crate::waiter;
use orochi_interp::generators::as_raised;
use orochi_object::hooks;
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_object::slots::SlotId;

/// A future. A task begins with one.
#[repr(C)]
pub(crate) struct Future {
    header: Header,
    /// UNSET until `__init__`.
    pub event_loop: Slot,
    /// One of [`state`], a small int.
    state: Slot,
    /// Bits of [`mark`], a small int.
    marks: Slot,
    pub callback: Slot,
    pub callback_context: Slot,
    pub callbacks: Slot,
    result: Slot,
    exception: Slot,
    exception_traceback: Slot,
    source_traceback: Slot,
    pub cancel_message: Slot,
    /// The `CancelledError` that ended a task: raised once.
    pub cancelled: Slot,
    /// Who waits for it: one, a set of several, or UNSET.
    awaited_by: Slot,
}
words!(Future);

/// Values of `Future::state`.
mod state {
    pub(super) const PENDING: i64 = 0;
    pub(super) const CANCELLED: i64 = 1;
    pub(super) const FINISHED: i64 = 2;
}

/// Bits of `Future::marks`.
pub(crate) mod mark {
    /// Nobody has looked at the exception.
    pub(crate) const LOG_TRACEBACK: i64 = 1;
    /// `await` has given it to whoever drives the coroutine.
    pub(crate) const BLOCKING: i64 = 2;
    /// A task is to be cancelled at its next step.
    pub(crate) const MUST_CANCEL: i64 = 4;
    /// A task complains if it dies pending.
    pub(crate) const LOG_DESTROY: i64 = 8;
}

pub(crate) static CELL: TypeCell = TypeCell::new();

/// The type's table.
pub(crate) static TYPE: TypeDef = TypeDef {
    name: "_asyncio.Future",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Future>(),
    dict: true,
    flags: flag::BASETYPE | flag::WEAKREF | flag::HAS_DEL,
    slots: Slots {
        new: Some(|cx, class, _| {
            let made: Ref<Future> = cx.alloc_instance(class, 0)?;
            Ok(made.value())
        }),
        init: Some(|cx, v, args| {
            bind!(cx, "Future", "(*, loop=None)", args, |row| init(cx, future(v), row.non_none(0)))
        }),
        repr: Some(|cx, v| {
            event_loop(cx, future(v))?;
            let repr = hooks::module_attr(cx, "asyncio.base_futures", "_future_repr")?;
            ops::call(cx, repr, &[v])
        }),
        iter: Some(wait),
        await_: Some(wait),
        del: Some(delete),
        ..Slots::NONE
    },
    methods: &[
        method("result", "(self, /)", |cx, args| result(cx, future(args.get(0)))),
        method("exception", "(self, /)", |cx, args| exception_method(cx, future(args.get(0)))),
        method("set_result", "(self, result, /)", |cx, args| {
            let own = future(args.get(0));
            check_pending(cx, own)?;
            set_result(cx, own, args.get(1))?;
            Ok(Value::NONE)
        }),
        method("set_exception", "(self, exception, /)", |cx, args| {
            let own = future(args.get(0));
            check_pending(cx, own)?;
            set_exception(cx, own, args.get(1))?;
            Ok(Value::NONE)
        }),
        method("add_done_callback", "(self, fn, /, *, context=<unrepresentable>)", add_callback),
        method("remove_done_callback", "(self, fn, /)", |cx, args| {
            let own = future(args.get(0));
            event_loop(cx, own)?;
            Ok(Value::int(callbacks::remove(cx, own, args.get(1))?))
        }),
        method("cancel", "(self, /, msg=None)", |cx, args| {
            let own = future(args.get(0));
            event_loop(cx, own)?;
            Ok(Value::bool(cancel(cx, own, args.non_none(1))?))
        }),
        method("cancelled", "(self, /)", |_, args| {
            Ok(Value::bool(number(&future(args.get(0)).state) == state::CANCELLED))
        }),
        method("done", "(self, /)", |_, args| Ok(Value::bool(!future(args.get(0)).is_pending()))),
        method("get_loop", "(self, /)", |cx, args| event_loop(cx, future(args.get(0)))),
        method("_make_cancelled_error", "(self, /)", |cx, args| {
            cancelled_error(cx, future(args.get(0)))
        }),
        ops::CLASS_GETITEM,
    ],
    getset: &[
        getter("_state", |cx, v| {
            event_loop(cx, future(v))?;
            Ok(match number(&future(v).state) {
                state::PENDING => name!(cx, "PENDING").value(),
                state::CANCELLED => name!(cx, "CANCELLED").value(),
                _ => name!(cx, "FINISHED").value(),
            })
        }),
        getset(
            "_asyncio_future_blocking",
            |_, v| Ok(Value::bool(future(v).has(mark::BLOCKING))),
            |cx, v, value| {
                let value = settable(cx, v, "_asyncio_future_blocking", value)?;
                let blocking = ops::truth(cx, value)?;
                future(v).set_mark(mark::BLOCKING, blocking);
                Ok(())
            },
        ),
        getter("_loop", |_, v| Ok(future(v).event_loop.or_none())),
        getter("_callbacks", |cx, v| {
            event_loop(cx, future(v))?;
            callbacks::shown(cx, future(v))
        }),
        getter("_result", |cx, v| {
            event_loop(cx, future(v))?;
            Ok(future(v).result.or_none())
        }),
        getter("_exception", |cx, v| {
            event_loop(cx, future(v))?;
            Ok(future(v).exception.or_none())
        }),
        getset(
            "_log_traceback",
            |cx, v| {
                event_loop(cx, future(v))?;
                Ok(Value::bool(future(v).has(mark::LOG_TRACEBACK)))
            },
            |cx, v, value| {
                let value = settable(cx, v, "_log_traceback", value)?;
                if ops::truth(cx, value)? {
                    return raise!(cx, VALUE_ERROR, "_log_traceback can only be set to False");
                }
                future(v).set_mark(mark::LOG_TRACEBACK, false);
                Ok(())
            },
        ),
        getter("_source_traceback", |_, v| Ok(future(v).source_traceback.or_none())),
        getset(
            "_cancel_message",
            |_, v| Ok(future(v).cancel_message.or_none()),
            |cx, v, value| {
                let value = settable(cx, v, "_cancel_message", value)?;
                future(v).cancel_message.set(cx, future(v), value);
                Ok(())
            },
        ),
        getter("_asyncio_awaited_by", |cx, v| match future(v).awaited_by.get() {
            Some(waiters) => {
                let one = cx.new_tuple(&[waiters])?.value();
                let several = if waiters.downcast::<PySet>().is_some() { waiters } else { one };
                ops::call(cx, types::FROZENSET.get().value(), &[several])
            }
            None => Ok(Value::NONE),
        }),
    ],
    doc: Some(
        "A result that is not there yet.\n\nOther than those of concurrent.futures, it belongs to one event loop: result() and \
         exception() do not wait,\nand callbacks are called by the loop.",
    ),
    ..TypeDef::DEFAULT
};

/// The value of an attribute that cannot be deleted.
pub(crate) fn settable(cx: &Cx, v: Value, name: &str, value: Option<Value>) -> Res {
    match value {
        Some(value) => Ok(value),
        None => {
            let class = ops::full_name(cx, class_of(v));
            raise!(cx, ATTRIBUTE_ERROR, "attribute '{name}' of '{class}' objects cannot be deleted")
        }
    }
}

impl Future {
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        number(&self.state) == state::PENDING
    }
    #[inline]
    pub(crate) fn has(&self, mark: i64) -> bool {
        number(&self.marks) & mark != 0
    }
    pub(crate) fn set_mark(&self, mark: i64, on: bool) {
        let others = number(&self.marks) & !mark;
        self.marks.init(Value::int(if on { others | mark } else { others }));
    }
}

/// The future that a method or slot was called with.
#[inline(always)]
pub(crate) fn future(v: Value) -> Ref<Future> {
    // SAFETY: slots and methods of the type are called with its instances only, and those of `Task` begin with a future.
    unsafe { v.cast() }
}

/// The value as a future if it is one, of whatever class.
#[inline]
pub(crate) fn native(v: Value) -> Option<Ref<Future>> {
    ops::is_instance_of(v, &CELL).then(|| future(v))
}

/// As [`native`], without subclasses written in Python: nothing of it can have been replaced.
#[inline]
pub(crate) fn exact(v: Value) -> Option<Ref<Future>> {
    (is_exact(v, &CELL) || is_exact(v, &task::CELL)).then(|| future(v))
}

/// The future's loop.
#[inline]
pub(crate) fn event_loop(cx: &Cx, own: Ref<Future>) -> Res {
    match own.event_loop.get() {
        Some(event_loop) => Ok(event_loop),
        None => raise!(cx, RUNTIME_ERROR, "Future object is not initialized."),
    }
}

/// The loop of any kind of future.
pub(crate) fn loop_of(cx: &Cx, v: Value) -> Res {
    if let Some(own) = exact(v) {
        return event_loop(cx, own);
    }
    match ops::getattr_opt(cx, v, name!(cx, "get_loop"))? {
        Some(get) => ops::call(cx, get, &[]),
        None => ops::getattr(cx, v, name!(cx, "_loop")),
    }
}

/// Whether any kind of future is done.
pub(crate) fn is_done(cx: &Cx, v: Value) -> Res<bool> {
    match exact(v) {
        Some(own) => Ok(!own.is_pending()),
        None => {
            let done = ops::call_method(cx, v, name!(cx, "done"), &[])?;
            ops::truth(cx, done)
        }
    }
}

/// `__init__`
pub(crate) fn init(cx: &Cx, own: Ref<Future>, event_loop: Option<Value>) -> Res<()> {
    let event_loop = match event_loop {
        Some(given) => given,
        None => loops::get_event_loop(cx)?,
    };
    for slot in [
        &own.callback,
        &own.callback_context,
        &own.callbacks,
        &own.result,
        &own.exception,
        &own.exception_traceback,
        &own.source_traceback,
        &own.cancel_message,
        &own.cancelled,
        &own.awaited_by,
    ] {
        slot.clear();
    }
    own.state.init(Value::int(state::PENDING));
    own.marks.init(Value::int(0));
    own.event_loop.set(cx, own, event_loop);
    let debug = ops::call_method(cx, event_loop, name!(cx, "get_debug"), &[])?;
    if ops::truth(cx, debug)? {
        let extract = hooks::module_attr(cx, "traceback", "extract_stack")?;
        let stack = ops::call(cx, extract, &[])?;
        own.source_traceback.set(cx, own, stack);
    }
    Ok(())
}

/// How a future ended.
pub(crate) enum Outcome {
    Result(Value),
    Exception(Raised),
}

/// How the future ended; an error if it was cancelled or is not done.
pub(crate) fn outcome(cx: &Cx, own: Ref<Future>) -> Res<Outcome> {
    match number(&own.state) {
        state::CANCELLED => Err(as_raised(cx, cancelled_error(cx, own)?)?),
        state::PENDING => Err(not_ready(cx, own, "Result is not set.")),
        _ => {
            own.set_mark(mark::LOG_TRACEBACK, false);
            let Some(exception) = own.exception.get() else {
                return Ok(Outcome::Result(own.result.or_none()));
            };
            let raised = as_raised(cx, exception)?;
            let e = raised.exception();
            e.traceback.set_opt(cx, e, own.exception_traceback.take());
            Ok(Outcome::Exception(raised))
        }
    }
}

fn not_ready(cx: &Cx, own: Ref<Future>, message: &str) -> Raised {
    let made = own.event_loop.get().is_some();
    invalid_state(cx, if made { message } else { "Future object is not initialized." })
}

/// The result, or the exception raised.
pub(crate) fn result(cx: &Cx, own: Ref<Future>) -> Res {
    match outcome(cx, own)? {
        Outcome::Result(value) => Ok(value),
        Outcome::Exception(raised) => Err(raised),
    }
}

fn exception_method(cx: &Cx, own: Ref<Future>) -> Res {
    match number(&own.state) {
        state::CANCELLED => Err(as_raised(cx, cancelled_error(cx, own)?)?),
        state::PENDING => Err(not_ready(cx, own, "Exception is not set.")),
        _ => {
            own.set_mark(mark::LOG_TRACEBACK, false);
            Ok(own.exception.or_none())
        }
    }
}

/// The `CancelledError` to raise.
pub(crate) fn cancelled_error(cx: &Cx, own: Ref<Future>) -> Res {
    if let Some(known) = own.cancelled.take() {
        return Ok(known);
    }
    let message = own.cancel_message.get().and_then(Value::non_none);
    ops::call(cx, cancelled_class(cx)?, message.as_slice())
}

fn check_pending(cx: &Cx, own: Ref<Future>) -> Res<()> {
    event_loop(cx, own)?;
    if own.is_pending() { Ok(()) } else { Err(invalid_state(cx, "invalid state")) }
}

fn finish(cx: &Cx, own: Ref<Future>, state: i64) -> Res<()> {
    own.state.init(Value::int(state));
    callbacks::schedule(cx, own, event_loop(cx, own)?)
}

/// Ends a pending future with a result.
pub(crate) fn set_result(cx: &Cx, own: Ref<Future>, value: Value) -> Res<()> {
    own.result.set(cx, own, value);
    finish(cx, own, state::FINISHED)
}

/// Ends a pending future with an exception, or one of the class given.
pub(crate) fn set_exception(cx: &Cx, own: Ref<Future>, given: Value) -> Res<()> {
    let is_class = given.downcast::<PyType>().is_some_and(|class| class.has_flag(flag::EXCEPTION));
    let mut exception = if is_class { ops::call(cx, given, &[])? } else { given };
    if !ops::is_instance_of(exception, &exception::BASE_EXCEPTION) {
        return raise!(cx, TYPE_ERROR, "invalid exception object");
    }
    if ops::is_instance_of(exception, &exception::STOP_ITERATION) {
        let message =
            "StopIteration interacts badly with generators and cannot be raised into a Future";
        let instead = cx.error(&exception::RUNTIME_ERROR, message);
        let e = instead.exception();
        e.cause.set(cx, e, exception);
        e.suppress.set(cx, e, Value::TRUE);
        e.context.set(cx, e, exception);
        exception = instead.value();
    }
    let e = as_raised(cx, exception)?.exception();
    own.exception.set(cx, own, exception);
    own.exception_traceback.set_opt(cx, own, e.traceback.get().and_then(Value::non_none));
    own.set_mark(mark::LOG_TRACEBACK, true);
    finish(cx, own, state::FINISHED)
}

/// Cancels a future; `false` if it is done already.
pub(crate) fn cancel(cx: &Cx, own: Ref<Future>, message: Option<Value>) -> Res<bool> {
    own.set_mark(mark::LOG_TRACEBACK, false);
    if !own.is_pending() {
        return Ok(false);
    }
    own.cancel_message.set_opt(cx, own, message);
    finish(cx, own, state::CANCELLED)?;
    Ok(true)
}

/// `v.cancel(msg=message)` for any kind of future.
pub(crate) fn cancel_any(cx: &Cx, v: Value, message: Option<Value>) -> Res<bool> {
    if is_exact(v, &CELL) {
        event_loop(cx, future(v))?;
        return cancel(cx, future(v), message);
    }
    let message = message.unwrap_or(Value::NONE);
    let done = call_method_with(cx, v, name!(cx, "cancel"), &[], (&MSG, message))?;
    ops::truth(cx, done)
}

fn add_callback(cx: &Cx, args: Args) -> Res {
    let own = future(args.get(0));
    let Some(event_loop) = own.event_loop.get() else {
        return raise!(cx, RUNTIME_ERROR, "uninitialized Future object");
    };
    let context = match args.non_none(2) {
        Some(context) => context,
        None => orochi_std_core::contextvars::copy_context(cx)?,
    };
    callbacks::add(cx, own, event_loop, args.get(1), context)?;
    Ok(Value::NONE)
}

fn wait(cx: &Cx, v: Value) -> Res {
    event_loop(cx, future(v))?;
    waiter::new(cx, v)
}

/// Notes that `waiter` waits for the future, if both are of this module.
pub(crate) fn add_awaited_by(cx: &Cx, v: Value, waiter: Value) -> Res<()> {
    let (Some(own), Some(_)) = (native(v), native(waiter)) else { return Ok(()) };
    let Some(before) = own.awaited_by.get() else {
        own.awaited_by.set(cx, own, waiter);
        return Ok(());
    };
    match before.downcast::<PySet>() {
        Some(set) => {
            set.add(cx, waiter)?;
        }
        None if before.is(waiter) => {}
        None => {
            let set = cx.set_of(&[before, waiter])?;
            own.awaited_by.set(cx, own, set.value());
        }
    }
    Ok(())
}

/// Notes that `waiter` waits no longer.
pub(crate) fn discard_awaited_by(cx: &Cx, v: Value, waiter: Value) -> Res<()> {
    let (Some(own), Some(_)) = (native(v), native(waiter)) else { return Ok(()) };
    let Some(before) = own.awaited_by.get() else { return Ok(()) };
    if let Some(set) = before.downcast::<PySet>() {
        set.remove(cx, waiter)?;
    } else if before.is(waiter) {
        own.awaited_by.clear();
    }
    Ok(())
}

/// `loop.call_exception_handler` about an object that dies.
pub(crate) fn complain(cx: &Cx, v: Value, message: &str, what: Ref<PyStr>) -> Res<()> {
    let own = future(v);
    let event_loop = event_loop(cx, own)?;
    let context = cx.new_dict()?;
    context.set_str(cx, name!(cx, "message"), cx.new_str(message)?.value())?;
    if let Some(exception) = own.exception.get() {
        context.set_str(cx, name!(cx, "exception"), exception)?;
    }
    context.set_str(cx, what, v)?;
    if let Some(stack) = own.source_traceback.get().and_then(Value::non_none) {
        context.set_str(cx, name!(cx, "source_traceback"), stack)?;
    }
    let handler = name!(cx, "call_exception_handler");
    if let Err(raised) = ops::call_method(cx, event_loop, handler, &[context.value()]) {
        hooks::unraisable(cx, raised, "Exception ignored while finalizing future", v);
    }
    Ok(())
}

/// `__del__`: tells of an exception that nobody has seen.
pub(crate) fn delete(cx: &Cx, v: Value) -> Res<()> {
    let own = future(v);
    if !own.has(mark::LOG_TRACEBACK) {
        return Ok(());
    }
    own.set_mark(mark::LOG_TRACEBACK, false);
    let name = ops::str(cx, class_of(v).name.or_none())?;
    let message = format!("{} exception was never retrieved", name.to_string_lossy());
    complain(cx, v, &message, name!(cx, "future"))
}

/// Whether a dead object has something to tell; `true` for what is no future.
///
/// # Safety
/// The address is that of an object whose memory has not been used again. In a stop.
pub unsafe fn wants_finalizing(object: *const Header) -> bool {
    // SAFETY: as the caller promises; classes die with their last objects or later.
    let v: Value = unsafe { Ref::<Future>::from_ptr(object.cast_mut().cast()) }.value();
    let del = class_of(v).slots.word(SlotId::Del as usize);
    if del == delete as *const () as usize {
        return future(v).has(mark::LOG_TRACEBACK);
    }
    if del == task::delete as *const () as usize {
        return future(v).has(mark::LOG_TRACEBACK)
            || future(v).has(mark::LOG_DESTROY) && future(v).is_pending();
    }
    true
}
