//! The types `generator`, `coroutine`, `async_generator` and `coroutine_wrapper`.

use crate::asyncgen;
use crate::util::{slot_text, text};
use core::sync::atomic::Ordering;
use orochi_interp::generators::{self, Resumed, as_raised};
use orochi_interp::{HOOKS, resume, throw};
use orochi_object::layout;
use orochi_object::prelude::*;
use orochi_runtime::generator::{LAYOUT, PyGen, async_flag, state};
use orochi_runtime::pyframe;
use orochi_runtime::traceback::PyTraceback;

/// The table of `generator`.
pub static GENERATOR: TypeDef = TypeDef {
    name: "generator",
    cell: &types::GENERATOR,
    layout: LAYOUT,
    size: size_of::<PyGen>(),
    flags: flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        iter: Some(|_, v| Ok(v)),
        next: Some(next),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, arg, /)", send)
            .doc("Pass a value into generator and run it up to its next yield."),
        method("throw", "(self, type, value=None, tb=None, /)", throw_method)
            .doc("Raise an exception in generator and run it up to its next yield."),
        method("close", "(self, /)", close).doc("Raise GeneratorExit inside generator."),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        getset("__name__", get_name, set_name).doc("The name of the generator."),
        getset("__qualname__", get_qualname, set_qualname)
            .doc("The qualified name of the generator."),
        getter("gi_frame", frame),
        getter("gi_code", |_, v| Ok(generator(v).code.or_none())),
        getter("gi_running", is_running),
        getter("gi_suspended", is_suspended),
        getter("gi_yieldfrom", delegate),
    ],
    ..TypeDef::DEFAULT
};

/// The table of `coroutine`.
pub static COROUTINE: TypeDef = TypeDef {
    name: "coroutine",
    cell: &types::COROUTINE,
    layout: LAYOUT,
    size: size_of::<PyGen>(),
    flags: flag::WEAKREF,
    slots: Slots { repr: Some(repr), await_: Some(wrap), del: Some(finalize), ..Slots::NONE },
    methods: &[
        method("send", "(self, arg, /)", send)
            .doc("Pass a value into coroutine and run it up to its next await."),
        method("throw", "(self, type, value=None, tb=None, /)", throw_method)
            .doc("Raise an exception in coroutine and run it up to its next await."),
        method("close", "(self, /)", close).doc("Raise GeneratorExit inside coroutine."),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        getset("__name__", get_name, set_name).doc("The name of the coroutine."),
        getset("__qualname__", get_qualname, set_qualname)
            .doc("The qualified name of the coroutine."),
        getter("cr_frame", frame),
        getter("cr_code", |_, v| Ok(generator(v).code.or_none())),
        getter("cr_running", is_running),
        getter("cr_suspended", is_suspended),
        getter("cr_await", delegate),
        field_getter("cr_origin", |_, v| Ok(generator(v).origin.or_none())),
    ],
    ..TypeDef::DEFAULT
};

/// The table of `async_generator`.
pub static ASYNC_GENERATOR: TypeDef = TypeDef {
    name: "async_generator",
    cell: &types::ASYNC_GENERATOR,
    layout: LAYOUT,
    size: size_of::<PyGen>(),
    flags: flag::WEAKREF,
    slots: Slots {
        repr: Some(repr),
        aiter: Some(|_, v| Ok(v)),
        anext: Some(|cx, v| asyncgen::new_asend(cx, generator(v), Value::NONE)),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        method("asend", "(self, value, /)", |cx, args| {
            asyncgen::new_asend(cx, generator(args.get(0)), args.get(1))
        }),
        method("athrow", "(self, /, *args)", |cx, args| {
            let given = args.rest(1);
            if given.len() > 1 {
                let message = "the (type, exc, tb) signature of athrow() is deprecated, use the \
                               single-arg signature instead.";
                orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
            }
            asyncgen::new_athrow(cx, generator(args.get(0)), Some(given))
        }),
        method("aclose", "(self, /)", |cx, args| {
            asyncgen::new_athrow(cx, generator(args.get(0)), None)
        }),
        class_method("__class_getitem__", "(cls, item, /)", ops::class_getitem),
    ],
    getset: &[
        getset("__name__", get_name, set_name).doc("The name of the asynchronous generator."),
        getset("__qualname__", get_qualname, set_qualname)
            .doc("The qualified name of the asynchronous generator."),
        getter("ag_frame", frame),
        getter("ag_code", |_, v| Ok(generator(v).code.or_none())),
        field_getter("ag_running", |_, v| {
            let flags = generator(v).async_flags.load(Ordering::Relaxed);
            Ok(Value::bool(flags & async_flag::RUNNING != 0))
        }),
        getter("ag_suspended", is_suspended),
        getter("ag_await", delegate),
    ],
    ..TypeDef::DEFAULT
};

fn generator(v: Value) -> Ref<PyGen> {
    // SAFETY: slots and rows of types whose instances are PyGen.
    unsafe { v.cast() }
}

fn kind(g: Ref<PyGen>) -> &'static str {
    if g.is_async_generator() {
        "async_generator"
    } else if g.is_coroutine() {
        "coroutine"
    } else {
        "generator"
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let g = generator(v);
    let (kind, name) = (kind(g), slot_text(&g.qualname));
    text(cx, &format!("<{kind} object {name} at {:#x}>", v.word()))
}

fn get_name(_: &Cx, v: Value) -> Res {
    Ok(generator(v).name.or_none())
}

fn get_qualname(_: &Cx, v: Value) -> Res {
    Ok(generator(v).qualname.or_none())
}

fn set_name(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.filter(|value| value.as_str().is_some()) {
        Some(value) => generator(v).name.set(cx, generator(v), value),
        None => return raise!(cx, TYPE_ERROR, "__name__ must be set to a string object"),
    }
    Ok(())
}

fn set_qualname(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    match value.filter(|value| value.as_str().is_some()) {
        Some(value) => generator(v).qualname.set(cx, generator(v), value),
        None => return raise!(cx, TYPE_ERROR, "__qualname__ must be set to a string object"),
    }
    Ok(())
}

fn frame(cx: &Cx, v: Value) -> Res {
    Ok(pyframe::of_generator(cx, generator(v))?.map_or(Value::NONE, Ref::value))
}

fn is_running(_: &Cx, v: Value) -> Res {
    Ok(Value::bool(generator(v).state() == state::RUNNING))
}

fn is_suspended(_: &Cx, v: Value) -> Res {
    Ok(Value::bool(generator(v).state() == state::SUSPENDED))
}

fn delegate(_: &Cx, v: Value) -> Res {
    Ok(generator(v).delegate.or_none())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    match resume(cx, generator(v), Value::NONE)? {
        Resumed::Yielded(value) => Ok(Some(value)),
        Resumed::Returned(value) => {
            cx.stop_value.init(value);
            Ok(None)
        }
    }
}

/// A yielded value, or StopIteration with the returned one.
pub(crate) fn outcome(cx: &Cx, resumed: Resumed) -> Res {
    match resumed {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) => Err(stop_with(cx, value)),
    }
}

/// StopIteration with a value.
pub(crate) fn stop_with(cx: &Cx, value: Value) -> Raised {
    let args: &[Value] = if value.is_none() { &[] } else { &[value] };
    cx.error_args(exception::STOP_ITERATION.get(), args)
}

fn send(cx: &Cx, args: Args) -> Res {
    outcome(cx, resume(cx, generator(args.get(0)), args.get(1))?)
}

/// The exception of `throw(type, value, traceback)`: arguments `first..first + 3`.
pub(crate) fn thrown(
    cx: &Cx,
    typ: Value,
    value: Option<Value>,
    traceback: Option<Value>,
) -> Res<Raised> {
    let traceback = traceback.and_then(Value::non_none);
    if traceback.is_some_and(|tb| tb.downcast::<PyTraceback>().is_none()) {
        return raise!(cx, TYPE_ERROR, "throw() third argument must be a traceback object");
    }
    let value = value.and_then(Value::non_none);
    let class = typ.downcast::<PyType>().filter(|class| class.has_flag(flag::EXCEPTION));
    let raised = match (class, value) {
        (Some(class), Some(value)) if class_of(value).is_subtype(class) => as_raised(cx, value)?,
        (Some(_), Some(value)) => {
            let made = match value.downcast::<PyTuple>() {
                Some(args) => ops::call(cx, typ, args.values()),
                None => ops::call(cx, typ, &[value]),
            };
            made.and_then(|made| as_raised(cx, made)).unwrap_or_else(|raised| raised)
        }
        (None, Some(_)) if ops::is_instance_of(typ, &exception::BASE_EXCEPTION) => {
            return raise!(cx, TYPE_ERROR, "instance exception may not have a separate value");
        }
        // What goes wrong when an exception is made is thrown instead.
        (Some(_), None) => as_raised(cx, typ).unwrap_or_else(|raised| raised),
        _ => as_raised(cx, typ)?,
    };
    if let Some(traceback) = traceback {
        let e = raised.exception();
        e.traceback.set(cx, e, traceback);
    }
    Ok(raised)
}

fn throw_method(cx: &Cx, args: Args) -> Res {
    if args.opt(2).is_some() {
        let message = "the (type, exc, tb) signature of throw() is deprecated, use the single-arg \
                       signature instead.";
        orochi_object::hooks::warn(cx, &exception::DEPRECATION_WARNING, message, 1)?;
    }
    let raised = thrown(cx, args.get(1), args.opt(2), args.opt(3))?;
    outcome(cx, throw(cx, generator(args.get(0)), raised)?)
}

fn close(cx: &Cx, args: Args) -> Res {
    generators::close(cx, generator(args.get(0)))
}

/// What happens to an unreachable generator that is not finished: it is closed.
fn finalize(cx: &Cx, v: Value) -> Res<()> {
    let g = generator(v);
    let before = g.state();
    if before == state::DONE || before == state::RUNNING {
        return Ok(());
    }
    if g.is_async_generator()
        && let Some(finalizer) = g.finalizer.get().and_then(Value::non_none)
        && g.async_flags.load(Ordering::Relaxed) & async_flag::CLOSED == 0
    {
        return report(cx, v, "finalizing generator", ops::call(cx, finalizer, &[v]));
    }
    if g.is_coroutine() && before == state::CREATED {
        return report(cx, v, "finalizing coroutine", warn_unawaited(cx, v));
    }
    report(cx, v, "closing generator", generators::close(cx, g))
}

fn report(cx: &Cx, v: Value, what: &str, result: Res) -> Res<()> {
    if let Err(raised) = result
        && let Some(hooks) = HOOKS.get()
    {
        let shown = ops::repr_text(cx, v).unwrap_or_else(|_| "<repr failed>".to_string());
        let message = format!("Exception ignored while {what} {shown}");
        (hooks.unraisable)(cx, raised, &message, Value::NONE);
    }
    Ok(())
}

fn warn_unawaited(cx: &Cx, v: Value) -> Res {
    // While the interpreter ends nothing more can be imported.
    if let Ok(warnings) = orochi_object::hooks::import_module(cx, "warnings")
        && let Some(warn) = ops::getattr_opt(cx, warnings, name!(cx, "_warn_unawaited_coroutine"))?
    {
        return ops::call(cx, warn, &[v]);
    }
    let name = slot_text(&generator(v).qualname);
    let message = cx.new_str(&format!("coroutine '{name}' was never awaited"))?.value();
    let warn = orochi_object::hooks::module_attr(cx, "_warnings", "warn")?;
    let category = exception::RUNTIME_WARNING.get().value();
    ops::call(cx, warn, &[message, category, Value::int(1)])
}

/// What `__await__` of a coroutine gives.
#[repr(C)]
pub struct Wrapper {
    pub header: Header,
    pub coroutine: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Wrapper {
    const LAYOUT: u16 = layout::WORDS;
}

/// The type `coroutine_wrapper`.
pub static WRAPPER: TypeCell = TypeCell::new();

/// The table of `coroutine_wrapper`.
pub static COROUTINE_WRAPPER: TypeDef = TypeDef {
    name: "coroutine_wrapper",
    cell: &WRAPPER,
    layout: layout::WORDS,
    size: size_of::<Wrapper>(),
    slots: Slots {
        iter: Some(|_, v| Ok(v)),
        next: Some(|cx, v| next(cx, wrapped(v))),
        ..Slots::NONE
    },
    methods: &[
        method("send", "(self, arg, /)", |cx, args| {
            outcome(cx, resume(cx, generator(wrapped(args.get(0))), args.get(1))?)
        }),
        method("throw", "(self, type, value=None, tb=None, /)", |cx, args| {
            let row = [Some(wrapped(args.get(0))), args.opt(1), args.opt(2), args.opt(3)];
            throw_method(cx, Args::new(&row))
        }),
        method("close", "(self, /)", |cx, args| {
            generators::close(cx, generator(wrapped(args.get(0))))
        }),
    ],
    ..TypeDef::DEFAULT
};

fn wrapped(v: Value) -> Value {
    // SAFETY: slots and rows of the wrapper.
    unsafe { v.cast::<Wrapper>() }.coroutine.or_none()
}

fn wrap(cx: &Cx, v: Value) -> Res {
    let made: Ref<Wrapper> = cx.alloc_instance(WRAPPER.get(), 0)?;
    made.coroutine.init(v);
    Ok(made.value())
}
