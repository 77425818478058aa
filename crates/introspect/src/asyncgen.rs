//! What asynchronous generators hand out: the awaitables of `asend`, `athrow` and `aclose`, the
//! wrapper of yielded values, and the awaitable of `anext` with a default.

use crate::generator::{outcome, stop_with, thrown};
use core::sync::atomic::Ordering;
use orochi_interp::generators::{self, Resumed, WRAPPED_VALUE as WRAPPED, WrappedValue};
use orochi_interp::{resume, throw};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::generator::{PyGen, async_flag, state};

/// An awaitable of an asynchronous generator.
#[repr(C)]
pub struct Awaitable {
    pub header: Header,
    pub generator: Slot,
    /// `asend`: the value to send. `athrow`: a tuple of the arguments; UNSET for `aclose`.
    pub value: Slot,
    /// As an int: one of [`stage`].
    pub stage: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Awaitable {
    const LAYOUT: u16 = layout::WORDS;
}

mod stage {
    pub(super) const INIT: i64 = 0;
    pub(super) const ITER: i64 = 1;
    pub(super) const CLOSED: i64 = 2;
}

static ASEND_CELL: TypeCell = TypeCell::new();
static ATHROW_CELL: TypeCell = TypeCell::new();

/// The table of `async_generator_asend`.
pub static ASEND: TypeDef = TypeDef {
    name: "async_generator_asend",
    cell: &ASEND_CELL,
    layout: layout::WORDS,
    size: size_of::<Awaitable>(),
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        await_: Some(|_, v| Ok(v)),
        next: Some(|cx, v| as_next(cx, asend_send(cx, awaitable(v), Value::NONE))),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, arg, /)", |cx, args| {
            asend_send(cx, awaitable(args.get(0)), args.get(1))
        }),
        method("throw", "(self, type, value=None, tb=None, /)", |cx, args| {
            let own = awaitable(args.get(0));
            asend_throw(cx, own, || thrown(cx, args.get(1), args.opt(2), args.opt(3)))
        }),
        method("close", "(self, /)", |cx, args| {
            let own = awaitable(args.get(0));
            if own.stage() == stage::CLOSED {
                return Ok(Value::NONE);
            }
            closed(cx, asend_throw(cx, own, || Ok(generator_exit(cx))))
        }),
    ],
    ..TypeDef::DEFAULT
};

/// The table of `async_generator_athrow`.
pub static ATHROW: TypeDef = TypeDef {
    name: "async_generator_athrow",
    cell: &ATHROW_CELL,
    layout: layout::WORDS,
    size: size_of::<Awaitable>(),
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        await_: Some(|_, v| Ok(v)),
        next: Some(|cx, v| as_next(cx, athrow_send(cx, awaitable(v), Value::NONE))),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, arg, /)", |cx, args| {
            athrow_send(cx, awaitable(args.get(0)), args.get(1))
        }),
        method("throw", "(self, type, value=None, tb=None, /)", |cx, args| {
            let own = awaitable(args.get(0));
            athrow_throw(cx, own, || thrown(cx, args.get(1), args.opt(2), args.opt(3)))
        }),
        method("close", "(self, /)", |cx, args| {
            let own = awaitable(args.get(0));
            if own.stage() == stage::CLOSED {
                return Ok(Value::NONE);
            }
            closed(cx, athrow_throw(cx, own, || Ok(generator_exit(cx))))
        }),
    ],
    ..TypeDef::DEFAULT
};

/// The table of `async_generator_wrapped_value`.
pub static WRAPPED_VALUE: TypeDef = TypeDef {
    name: "async_generator_wrapped_value",
    cell: &WRAPPED,
    layout: layout::WORDS,
    size: size_of::<WrappedValue>(),
    ..TypeDef::DEFAULT
};

fn awaitable(v: Value) -> Ref<Awaitable> {
    // SAFETY: slots and rows of types whose instances are Awaitable.
    unsafe { v.cast() }
}

impl Awaitable {
    fn stage(&self) -> i64 {
        self.stage.or_none().as_small().unwrap_or(stage::INIT)
    }
    fn set_stage(&self, stage: i64) {
        self.stage.init(Value::int(stage));
    }
    fn generator(&self) -> Ref<PyGen> {
        // SAFETY: set at creation.
        unsafe { self.generator.or_none().cast() }
    }
}

fn generator_exit(cx: &Cx) -> Raised {
    cx.error_args(exception::GENERATOR_EXIT.get(), &[])
}

fn set_flag(g: Ref<PyGen>, flag: u8) {
    g.async_flags.fetch_or(flag, Ordering::AcqRel);
}

fn clear_flag(g: Ref<PyGen>, flag: u8) {
    g.async_flags.fetch_and(!flag, Ordering::AcqRel);
}

/// Takes the right to run the generator for an awaitable; false if another has it.
fn begin(g: Ref<PyGen>) -> bool {
    g.async_flags.fetch_or(async_flag::RUNNING, Ordering::AcqRel) & async_flag::RUNNING == 0
}

/// Tells the event loop of a generator when it is iterated first.
fn init_hooks(cx: &Cx, g: Ref<PyGen>) -> Res<()> {
    let before = g.async_flags.fetch_or(async_flag::HOOKED, Ordering::AcqRel);
    if before & async_flag::HOOKED != 0 {
        return Ok(());
    }
    if let Some(finalizer) = cx.asyncgen_finalizer.get().and_then(Value::non_none) {
        g.finalizer.set(cx, g, finalizer);
        generators::register_finalizable(cx, g);
    }
    if let Some(first) = cx.asyncgen_firstiter.get().and_then(Value::non_none) {
        ops::call(cx, first, &[Ref::value(g)])?;
    }
    Ok(())
}

fn new_awaitable(cx: &Cx, class: &TypeCell, g: Ref<PyGen>, value: Option<Value>) -> Res {
    init_hooks(cx, g)?;
    let made: Ref<Awaitable> = cx.alloc_instance(class.get(), 0)?;
    made.generator.init(Ref::value(g));
    made.value.init_opt(value);
    made.stage.init(Value::int(stage::INIT));
    Ok(made.value())
}

/// The awaitable of `g.asend(value)`; `g.__anext__()` sends None.
pub(crate) fn new_asend(cx: &Cx, g: Ref<PyGen>, value: Value) -> Res {
    new_awaitable(cx, &ASEND_CELL, g, Some(value))
}

/// The awaitable of `g.athrow(...)`, which counts its arguments when it runs, or of `g.aclose()` without arguments.
pub(crate) fn new_athrow(cx: &Cx, g: Ref<PyGen>, args: Option<&[Value]>) -> Res {
    let row = match args {
        Some(args) => Some(cx.new_tuple(args)?.value()),
        None => None,
    };
    new_awaitable(cx, &ATHROW_CELL, g, row)
}

/// The result of a `next` slot from that of `send(None)`.
fn as_next(cx: &Cx, result: Res) -> Res<Option<Value>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(stop) if stop.is(&exception::STOP_ITERATION) => {
            cx.stop_value.init_opt(stop.exception().field(exception::field::VALUE));
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// What `close()` makes of the result of throwing GeneratorExit.
fn closed(cx: &Cx, result: Res) -> Res {
    match result {
        Ok(_) => raise!(cx, RUNTIME_ERROR, "coroutine ignored GeneratorExit"),
        Err(raised)
            if raised.is(&exception::STOP_ITERATION)
                || raised.is(&exception::STOP_ASYNC_ITERATION)
                || raised.is(&exception::GENERATOR_EXIT) =>
        {
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// Runs the generator on; its end is StopAsyncIteration.
fn run(cx: &Cx, result: Res<Resumed>) -> Res {
    match result? {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(_) => Err(cx.error_args(exception::STOP_ASYNC_ITERATION.get(), &[])),
    }
}

fn wrapped_value(v: Value) -> Option<Value> {
    // SAFETY: an instance of the wrapper's class.
    ops::is_instance_of(v, &WRAPPED).then(|| unsafe { v.cast::<WrappedValue>() }.value.or_none())
}

/// A wrapped value ends the await (StopIteration); others are passed up.
fn unwrap(cx: &Cx, g: Ref<PyGen>, result: Res) -> Res {
    match result {
        Ok(value) => match wrapped_value(value) {
            Some(value) => {
                clear_flag(g, async_flag::RUNNING);
                Err(stop_with(cx, value))
            }
            None => Ok(value),
        },
        Err(raised) => {
            if raised.is(&exception::STOP_ASYNC_ITERATION) || raised.is(&exception::GENERATOR_EXIT)
            {
                set_flag(g, async_flag::CLOSED);
            }
            clear_flag(g, async_flag::RUNNING);
            Err(raised)
        }
    }
}

fn asend_start(cx: &Cx, own: Ref<Awaitable>) -> Res<()> {
    match own.stage() {
        stage::CLOSED => {
            raise!(cx, RUNTIME_ERROR, "cannot reuse already awaited __anext__()/asend()")
        }
        stage::INIT => {
            if !begin(own.generator()) {
                own.set_stage(stage::CLOSED);
                return raise!(
                    cx,
                    RUNTIME_ERROR,
                    "anext(): asynchronous generator is already running"
                );
            }
            own.set_stage(stage::ITER);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn asend_send(cx: &Cx, own: Ref<Awaitable>, value: Value) -> Res {
    let first = own.stage() == stage::INIT;
    asend_start(cx, own)?;
    let g = own.generator();
    set_flag(g, async_flag::RUNNING);
    let value = if first && value.is_none() { own.value.or_none() } else { value };
    let result = unwrap(cx, g, run(cx, resume(cx, g, value)));
    if result.is_err() {
        own.set_stage(stage::CLOSED);
    }
    result
}

fn asend_throw(cx: &Cx, own: Ref<Awaitable>, raised: impl FnOnce() -> Res<Raised>) -> Res {
    asend_start(cx, own)?;
    let g = own.generator();
    let result = match raised() {
        Ok(raised) => unwrap(cx, g, run(cx, throw(cx, g, raised))),
        Err(wrong) => unwrap(cx, g, Err(wrong)),
    };
    if result.is_err() {
        own.set_stage(stage::CLOSED);
    }
    result
}

/// Whether the awaitable is of `aclose`.
fn is_close(own: Ref<Awaitable>) -> bool {
    own.value.is_unset()
}

fn athrow_start(cx: &Cx, own: Ref<Awaitable>) -> Res<()> {
    if !begin(own.generator()) {
        own.set_stage(stage::CLOSED);
        let what = if is_close(own) { "aclose()" } else { "athrow()" };
        return raise!(cx, RUNTIME_ERROR, "{what}: asynchronous generator is already running");
    }
    Ok(())
}

fn athrow_send(cx: &Cx, own: Ref<Awaitable>, value: Value) -> Res {
    let g = own.generator();
    if own.stage() == stage::CLOSED {
        return raise!(cx, RUNTIME_ERROR, "cannot reuse already awaited aclose()/athrow()");
    }
    if g.state() == state::DONE {
        own.set_stage(stage::CLOSED);
        return Err(cx.error_args(exception::STOP_ITERATION.get(), &[]));
    }
    if own.stage() == stage::ITER {
        let result = run(cx, resume(cx, g, value));
        return athrow_result(cx, own, result);
    }
    athrow_start(cx, own)?;
    if g.async_flags.load(Ordering::Acquire) & async_flag::CLOSED != 0 {
        own.set_stage(stage::CLOSED);
        clear_flag(g, async_flag::RUNNING);
        return Err(cx.error_args(exception::STOP_ASYNC_ITERATION.get(), &[]));
    }
    if !value.is_none() {
        clear_flag(g, async_flag::RUNNING);
        return raise!(cx, RUNTIME_ERROR, "can't send non-None value to a just-started coroutine");
    }
    own.set_stage(stage::ITER);
    let raised = match own.value.get().and_then(Value::downcast::<PyTuple>) {
        None => {
            set_flag(g, async_flag::CLOSED);
            Ok(generator_exit(cx))
        }
        Some(args) => {
            let args = args.values();
            let at = |i: usize| args.get(i).copied();
            match args.len() {
                0 => raise!(cx, TYPE_ERROR, "athrow expected at least 1 argument, got 0"),
                1..=3 => thrown(cx, args[0], at(1), at(2)),
                n => raise!(cx, TYPE_ERROR, "athrow expected at most 3 arguments, got {n}"),
            }
        }
    };
    let result = raised.and_then(|raised| run(cx, throw(cx, g, raised)));
    athrow_result(cx, own, result)
}

/// What the result of running the generator for `athrow` or `aclose` means.
fn athrow_result(cx: &Cx, own: Ref<Awaitable>, result: Res) -> Res {
    let g = own.generator();
    if !is_close(own) {
        let result = unwrap(cx, g, result);
        if result.is_err() {
            own.set_stage(stage::CLOSED);
        }
        return result;
    }
    match result {
        Ok(value) if wrapped_value(value).is_some() => {
            own.set_stage(stage::CLOSED);
            clear_flag(g, async_flag::RUNNING);
            raise!(cx, RUNTIME_ERROR, "async generator ignored GeneratorExit")
        }
        Ok(value) => Ok(value),
        Err(raised) => {
            own.set_stage(stage::CLOSED);
            clear_flag(g, async_flag::RUNNING);
            if raised.is(&exception::STOP_ASYNC_ITERATION) || raised.is(&exception::GENERATOR_EXIT)
            {
                return Err(cx.error_args(exception::STOP_ITERATION.get(), &[]));
            }
            Err(raised)
        }
    }
}

fn athrow_throw(cx: &Cx, own: Ref<Awaitable>, raised: impl FnOnce() -> Res<Raised>) -> Res {
    match own.stage() {
        stage::CLOSED => {
            return raise!(cx, RUNTIME_ERROR, "cannot reuse already awaited aclose()/athrow()");
        }
        stage::INIT => {
            athrow_start(cx, own)?;
            own.set_stage(stage::ITER);
        }
        _ => {}
    }
    let g = own.generator();
    let result = raised().and_then(|raised| run(cx, throw(cx, g, raised)));
    athrow_result(cx, own, result)
}

// `anext(iterator, default)`.

/// The awaitable of `anext` with a default.
#[repr(C)]
pub struct AnextAwaitable {
    pub header: Header,
    pub wrapped: Slot,
    pub default: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for AnextAwaitable {
    const LAYOUT: u16 = layout::WORDS;
}

static ANEXT_CELL: TypeCell = TypeCell::new();

/// The table of `anext_awaitable`.
pub static ANEXT_AWAITABLE: TypeDef = TypeDef {
    name: "anext_awaitable",
    cell: &ANEXT_CELL,
    layout: layout::WORDS,
    size: size_of::<AnextAwaitable>(),
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        await_: Some(|_, v| Ok(v)),
        next: Some(|cx, v| as_next(cx, anext_run(cx, v, "send", &[Value::NONE]))),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, arg, /)", |cx, args| {
            anext_run(cx, args.get(0), "send", &[args.get(1)])
        }),
        method("throw", "(self, /, *args)", |cx, args| {
            anext_run(cx, args.get(0), "throw", args.rest(1))
        }),
        method("close", "(self, /)", |cx, args| anext_run(cx, args.get(0), "close", &[])),
    ],
    ..TypeDef::DEFAULT
};

/// The awaitable of `anext(iterator, default)`, where `wrapped` is what `__anext__` gave.
pub fn new_anext(cx: &Cx, wrapped: Value, default: Value) -> Res {
    let made: Ref<AnextAwaitable> = cx.alloc_instance(ANEXT_CELL.get(), 0)?;
    made.wrapped.init(wrapped);
    made.default.init(default);
    Ok(made.value())
}

/// Calls a method of the wrapped awaitable's iterator; StopAsyncIteration gives the default.
fn anext_run(cx: &Cx, v: Value, what: &str, args: &[Value]) -> Res {
    // SAFETY: slots and rows of the anext awaitable.
    let own: Ref<AnextAwaitable> = unsafe { v.cast() };
    let iterator = generators::awaitable(cx, own.wrapped.or_none(), 0)?;
    let result = match generators::plain_generator(iterator) {
        Some(g) if what == "send" => resume(cx, g, args[0]).and_then(|r| outcome(cx, r)),
        _ if what == "send" && args[0].is_none() => match ops::next(cx, iterator) {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(ops::stop_iteration(cx)),
            Err(raised) => Err(raised),
        },
        _ => {
            let name = orochi_object::intern::intern_text(cx, what)?;
            ops::call_method(cx, iterator, name, args)
        }
    };
    match result {
        Err(raised) if raised.is(&exception::STOP_ASYNC_ITERATION) => {
            Err(stop_with(cx, own.default.or_none()))
        }
        result => result,
    }
}
