//! The module `atexit`: functions to call when the interpreter ends.

use crate::sys::write_unraisable;
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use orochi_object::typedef::with_keywords;

/// A list of tuples (function, args, kwargs).
static CALLBACKS: Root = Root::new();

fn list(cx: &Cx) -> Res<Ref<PyList>> {
    if let Some(list) = CALLBACKS.get().and_then(Value::downcast) {
        return Ok(list);
    }
    let list = cx.new_list(&[])?;
    CALLBACKS.set(list.value());
    Ok(list)
}

fn register(cx: &Cx, args: Args) -> Res {
    let function = args.get(0);
    if class_of(function).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "the first argument must be callable");
    }
    let rest = cx.new_tuple(args.rest(1))?.value();
    let kwargs = args.kwargs(2).map_or(Value::NONE, Ref::value);
    list(cx)?.push(cx, cx.new_tuple(&[function, rest, kwargs])?.value())?;
    Ok(function)
}

fn unregister(cx: &Cx, args: Args) -> Res {
    let all = list(cx)?;
    for item in all.snapshot(cx)?.values() {
        let Some([function, ..]) = item.downcast::<PyTuple>().map(|t| t.values()) else { continue };
        if ops::eq(cx, *function, args.get(0))? {
            all.edit(cx, |edit| {
                let at = (0..edit.len()).find(|i| edit.get(*i) == Some(*item));
                at.map_or(Ok(()), |at| edit.splice(at, at + 1, &[]))
            })?;
        }
    }
    Ok(Value::NONE)
}

/// Runs the functions that are registered now, last first, and forgets all; errors are reported and the others run.
pub fn run(cx: &Cx) {
    let Ok(all) = list(cx) else { return };
    let Ok(items) = all.snapshot(cx) else { return };
    for item in items.values().iter().rev() {
        let Some([function, rest, kwargs]) = item.downcast::<PyTuple>().map(|t| t.values()) else {
            continue;
        };
        let Some(rest) = rest.downcast::<PyTuple>() else { continue };
        let result = match kwargs.downcast::<PyDict>() {
            None => ops::call(cx, *function, rest.values()),
            Some(kwargs) => {
                with_keywords(cx, rest.values(), kwargs, |args| ops::call_args(cx, *function, args))
            }
        };
        if let Err(raised) = result {
            let shown = ops::repr_text(cx, *function).unwrap_or_default();
            let message = format!("Exception ignored in atexit callback {shown}");
            write_unraisable(cx, raised, &message, Value::NONE);
        }
    }
    all.edit(cx, |edit| edit.clear());
}

fn run_exitfuncs(cx: &Cx, _: Args) -> Res {
    run(cx);
    Ok(Value::NONE)
}
fn clear(cx: &Cx, _: Args) -> Res {
    list(cx)?.edit(cx, |edit| edit.clear());
    Ok(Value::NONE)
}
fn count(cx: &Cx, _: Args) -> Res {
    Ok(Value::int(list(cx)?.len() as i64))
}

/// The module `atexit`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "atexit",
    doc: Some("Functions to be called when the interpreter ends."),
    functions: &[
        function("register", "(func, /, *args, **kwargs)", register),
        function("unregister", "(func, /)", unregister),
        function("_run_exitfuncs", "()", run_exitfuncs),
        function("_clear", "()", clear),
        function("_ncallbacks", "()", count),
    ],
    ..ModuleDef::DEFAULT
};
