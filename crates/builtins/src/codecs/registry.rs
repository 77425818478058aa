//! The codec registry: search functions, the cache of what they found, and error handlers.
//!
//! Rule: the tables are Python containers in registered roots; racing initialisers agree on one by
//! the mutex of `table`, under which nothing polls.

use super::{handlers, normalize};
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

static SEARCH: Root = Root::new();
static CACHE: Root = Root::new();
static ERRORS: Root = Root::new();
/// Whether the package `encodings` has been imported.
static IMPORTED: AtomicBool = AtomicBool::new(false);

/// An interned name.
pub(super) fn name(cx: &Cx, text: &str) -> Res<Ref<PyStr>> {
    orochi_object::intern::intern_text(cx, text)
}

fn table(cx: &Cx, root: &'static Root, make: fn(&Cx) -> Res) -> Res {
    if let Some(table) = root.get() {
        return Ok(table);
    }
    Ok(root.set_first(make(cx)?))
}

fn search_path(cx: &Cx) -> Res<Ref<PyList>> {
    let list = table(cx, &SEARCH, |cx| Ok(cx.new_list(&[])?.value()))?;
    // SAFETY: the root holds a list from its making on.
    Ok(unsafe { list.cast() })
}

fn cache(cx: &Cx) -> Res<Ref<PyDict>> {
    let dict = table(cx, &CACHE, |cx| Ok(cx.new_dict()?.value()))?;
    // SAFETY: the root holds a dict from its making on.
    Ok(unsafe { dict.cast() })
}

fn errors(cx: &Cx) -> Res<Ref<PyDict>> {
    let dict = table(cx, &ERRORS, |cx| {
        let dict = cx.new_dict()?;
        handlers::fill(cx, dict)?;
        Ok(dict.value())
    })?;
    // SAFETY: the root holds a dict from its making on.
    Ok(unsafe { dict.cast() })
}

/// `codecs.register`.
pub fn register(cx: &Cx, search: Value) -> Res<()> {
    if class_of(search).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "argument must be callable");
    }
    search_path(cx)?.push(cx, search)
}

/// `codecs.unregister`.
pub fn unregister(cx: &Cx, search: Value) -> Res<()> {
    let removed = search_path(cx)?.edit(cx, |edit| -> Res<bool> {
        for i in 0..edit.len() {
            if edit.get(i) == Some(search) {
                edit.splice(i, i + 1, &[])?;
                return Ok(true);
            }
        }
        Ok(false)
    })?;
    if removed {
        cache(cx)?.clear(cx);
    }
    Ok(())
}

/// `codecs.lookup`: the 4-tuple of a codec.
pub fn lookup(cx: &Cx, encoding: &str) -> Res<Ref<PyTuple>> {
    let key = name(cx, &normalize(encoding))?;
    if let Some(found) = cache(cx)?.get_str(key).and_then(Value::downcast) {
        return Ok(found);
    }
    if !IMPORTED.load(Ordering::Acquire) {
        cx.import("encodings")?;
        IMPORTED.store(true, Ordering::Release);
    }
    let path = search_path(cx)?.snapshot(cx)?;
    if path.len() == 0 {
        return raise!(
            cx,
            LOOKUP_ERROR,
            "no codec search functions registered: can't find encoding"
        );
    }
    for search in path.values() {
        let found = ops::call(cx, *search, &[key.value()])?;
        if found.is_none() {
            continue;
        }
        let Some(codec) = found.downcast::<PyTuple>().filter(|t| t.len() == 4) else {
            return raise!(cx, TYPE_ERROR, "codec search functions must return 4-tuples");
        };
        cache(cx)?.set_str(cx, key, codec.value())?;
        return Ok(codec);
    }
    raise!(cx, LOOKUP_ERROR, "unknown encoding: {encoding}")
}

/// `codecs.register_error`.
pub fn register_error(cx: &Cx, handler_name: Ref<PyStr>, handler: Value) -> Res<()> {
    if class_of(handler).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "handler must be callable");
    }
    errors(cx)?.set_str(cx, handler_name, handler)
}

/// `codecs._unregister_error`.
pub fn unregister_error(cx: &Cx, handler_name: Ref<PyStr>) -> Res<bool> {
    if handlers::is_builtin(&handler_name.to_string_lossy()) {
        return raise!(
            cx,
            VALUE_ERROR,
            "cannot un-register built-in error handler '{}'",
            handler_name.to_string_lossy()
        );
    }
    Ok(errors(cx)?.remove(cx, handler_name.value())?.is_some())
}

/// `codecs.lookup_error`; `strict` without a name.
pub fn lookup_error(cx: &Cx, handler: Option<Ref<PyStr>>) -> Res {
    let handler = match handler {
        Some(handler) => handler,
        None => name(cx, "strict")?,
    };
    match errors(cx)?.get_str(handler) {
        Some(function) => Ok(function),
        None => {
            raise!(cx, LOOKUP_ERROR, "unknown error handler name '{}'", handler.to_string_lossy())
        }
    }
}

fn run(
    cx: &Cx,
    object: Value,
    encoding: &str,
    errors: Option<Ref<PyStr>>,
    codec: Ref<PyTuple>,
    which: usize,
) -> Res {
    let (function, verb, noun) = match which {
        0 => (codec.values()[0], "encoding", "encoder"),
        _ => (codec.values()[1], "decoding", "decoder"),
    };
    let result = match errors {
        Some(errors) => ops::call(cx, function, &[object, errors.value()]),
        None => ops::call(cx, function, &[object]),
    };
    let result = match result {
        Ok(result) => result,
        Err(raised) => return Err(noted(cx, raised, verb, encoding)),
    };
    match result.downcast::<PyTuple>().filter(|t| t.len() == 2) {
        Some(pair) => Ok(pair.values()[0]),
        None => raise!(cx, TYPE_ERROR, "{noun} must return a tuple (object, integer)"),
    }
}

/// An error of a codec with a note that names it.
#[cold]
pub(super) fn noted(cx: &Cx, raised: Raised, verb: &str, encoding: &str) -> Raised {
    let note = match cx.new_str(&format!("{verb} with '{encoding}' codec failed")) {
        Ok(note) => note.value(),
        Err(failed) => return failed,
    };
    let _ = ops::call_method(cx, raised.value(), name!(cx, "add_note"), &[note]);
    raised
}

/// `codecs.encode` with any codec.
pub fn encode(cx: &Cx, object: Value, encoding: &str, errors: Option<Ref<PyStr>>) -> Res {
    let codec = lookup(cx, encoding)?;
    run(cx, object, encoding, errors, codec, 0)
}

/// `codecs.decode` with any codec.
pub fn decode(cx: &Cx, object: Value, encoding: &str, errors: Option<Ref<PyStr>>) -> Res {
    let codec = lookup(cx, encoding)?;
    run(cx, object, encoding, errors, codec, 1)
}

/// The codec of a text encoding.
///
/// # Errors
/// LookupError if it is a codec but not of text: the message names `alternative`.
pub fn lookup_text(cx: &Cx, encoding: &str, alternative: &str) -> Res<Ref<PyTuple>> {
    let codec = lookup(cx, encoding)?;
    if !is_exact(codec.value(), &types::TUPLE)
        && let Some(flag) = ops::getattr_opt(cx, codec.value(), name!(cx, "_is_text_encoding"))?
        && !ops::truth(cx, flag)?
    {
        return raise!(
            cx,
            LOOKUP_ERROR,
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        );
    }
    Ok(codec)
}

pub(super) fn encode_as_text(
    cx: &Cx,
    object: Value,
    encoding: &str,
    errors: Option<Ref<PyStr>>,
) -> Res {
    let codec = lookup_text(cx, encoding, "codecs.encode()")?;
    run(cx, object, encoding, errors, codec, 0)
}

pub(super) fn decode_as_text(
    cx: &Cx,
    object: Value,
    encoding: &str,
    errors: Option<Ref<PyStr>>,
) -> Res {
    let codec = lookup_text(cx, encoding, "codecs.decode()")?;
    run(cx, object, encoding, errors, codec, 1)
}

/// What a Python codec is given to decode: the object itself.
pub(super) fn as_memoryview_or_bytes(_: &Cx, object: Value) -> Res {
    Ok(object)
}
