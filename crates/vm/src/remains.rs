//! Whether anybody could tell that the objects left at exit are collected: if not, the process just ends.
//!
//! A collection is noticed through finalizers and callbacks of weak references. Every object with a finalizer
//! is registered with the heap, and every weak reference is in a table, so both can be looked through without marking.
//! Left out are the standard streams and closed files, generators that have ended, and the callbacks with which the
//! standard library's own weak containers forget their entries.

use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use orochi_runtime::function::PyFunction;
use orochi_runtime::generator::{self, PyGen};
use orochi_std_core::sys;

/// Whether collecting what is left can have an effect.
pub(crate) fn matter(cx: &Cx) -> bool {
    if orochi_heap::has_pending() {
        return true;
    }
    let Some(objects) = cx.mutator.stop_the_world(orochi_heap::finalizable_objects) else {
        return true;
    };
    // From here on nothing polls: no collection frees what the list names.
    let streams = standard_streams(cx);
    objects.iter().any(|object| {
        // SAFETY: registered objects exist until a collection finds them dead.
        let object = unsafe { Value::from_object(object.as_ptr()) };
        !streams.contains(&Some(object)) && is_finalized(cx, object)
    }) || orochi_builtins::weakref::table::any_callback(|callback| !is_of_library(callback))
}

/// Whether the finalizer of an object does something.
fn is_finalized(cx: &Cx, object: Value) -> bool {
    if let Some(g) = object.downcast::<PyGen>() {
        return g.state() != generator::state::DONE;
    }
    if class_of(object).has_flag(flag::HEAPTYPE) {
        return true;
    }
    // Files: their finalizer closes them.
    let closed = ops::getattr_opt(cx, object, name!(cx, "closed"));
    !matches!(closed, Ok(Some(closed)) if closed.is(Value::TRUE))
}

/// The standard streams, with the buffers and files inside. They are flushed, and stay open.
fn standard_streams(cx: &Cx) -> [Option<Value>; 9] {
    let mut all = [None; 9];
    for (i, name) in ["__stdin__", "__stdout__", "__stderr__"].into_iter().enumerate() {
        let attr = |v: Option<Value>, name| match v {
            Some(v) if !class_of(v).has_flag(flag::HEAPTYPE) => {
                ops::getattr_opt(cx, v, name).ok().flatten()
            }
            _ => None,
        };
        let text = sys::attr(cx, name);
        let buffer = attr(text, name!(cx, "buffer"));
        let raw = attr(buffer, name!(cx, "raw"));
        all[i * 3..][..3].copy_from_slice(&[text, buffer, raw]);
    }
    all
}

/// Whether a callback is a function of the standard library.
fn is_of_library(callback: Value) -> bool {
    let code = callback.downcast::<PyFunction>().and_then(|function| function.code.get());
    let filename = code.and_then(Value::downcast::<PyCode>).and_then(|code| code.filename.get());
    let library = orochi_import::state::state().stdlib.as_bytes();
    let Some(filename) = filename.and_then(Value::as_str) else { return false };
    let Some(filename) = filename.as_ascii() else { return false };
    filename == "<frozen importlib._bootstrap>"
        || !library.is_empty() && filename.as_bytes().starts_with(library)
}
