//! The type `memoryview` and its slots.

use super::{LAYOUT, PyMemoryView, READONLY, Window, access, iter, methods, view_of};
use crate::bind::Sig;
use core::sync::atomic::Ordering;
use orochi_object::buffer::{Buffer, request};
use orochi_object::prelude::*;

/// The type `memoryview`.
pub static TYPE: TypeDef = TypeDef {
    name: "memoryview",
    cell: &ops::MEMORYVIEW,
    layout: LAYOUT,
    size: size_of::<PyMemoryView>(),
    flags: flag::SEQUENCE | flag::WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter::iter),
        len: Some(len),
        getitem: Some(access::getitem),
        setitem: Some(access::setitem),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: &methods::TABLE,
    getset: &methods::GETSET,
    doc: Some("Create a new memoryview object which references the given object."),
    ..TypeDef::DEFAULT
};

pub(super) fn cast(v: Value) -> Ref<PyMemoryView> {
    // SAFETY: slots and methods of `memoryview` get instances of it.
    unsafe { v.cast() }
}

static NEW: Sig = Sig::new("memoryview", "(object)");

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    NEW.bind(cx, args, |args| make(cx, args.get(0), request::FULL_RO))
}

/// `memoryview(object)`.
pub(super) fn make(cx: &Cx, object: Value, flags: u32) -> Res {
    match view_of(cx, object, flags)? {
        Some(view) => Ok(view.value()),
        None => raise!(
            cx,
            TYPE_ERROR,
            "memoryview: a bytes-like object is required, not '{}'",
            class_of(object).display_name()
        ),
    }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let kind = if cast(v).has(super::RELEASED) { "released memory" } else { "memory" };
    Ok(cx.new_str(&format!("<{kind} at {:#x}>", v.word()))?.value())
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    let view = cast(v);
    let known = view.hash.load(Ordering::Relaxed);
    if known != 0 {
        return Ok(known);
    }
    view.check(cx)?;
    if !view.has(READONLY) {
        return raise!(cx, VALUE_ERROR, "cannot hash writable memoryview object");
    }
    let window = Window::of_view(&view);
    if !matches!(window.format, Some(b'B' | b'b' | b'c')) {
        return raise!(
            cx,
            VALUE_ERROR,
            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
        );
    }
    ops::hash(cx, view.owner.or_none())?;
    let hash = orochi_object::hash::bytes(&window.to_vec(cx)?);
    view.hash.store(hash, Ordering::Relaxed);
    Ok(hash)
}

fn len(cx: &Cx, v: Value) -> Res<usize> {
    let view = cast(v);
    view.check(cx)?;
    match view.dims().first() {
        Some(n) => Ok(n.as_i64().unwrap_or(0) as usize),
        None => raise!(cx, TYPE_ERROR, "0-dim memory has no length"),
    }
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let view = cast(v);
    if view.has(super::RELEASED)
        || w.downcast::<PyMemoryView>().is_some_and(|other| other.has(super::RELEASED))
    {
        return Ok(Value::bool(v.is(w) == (op == CmpOp::Eq)));
    }
    let Some(export) = class_of(w).slots.buffer() else { return Ok(Value::NOT_IMPLEMENTED) };
    let Ok(other) = export(cx, w, request::FULL_RO) else { return Ok(Value::NOT_IMPLEMENTED) };
    let equal = same_items(cx, &Window::of_view(&view), &Window::of_buffer(&other))?;
    Ok(Value::bool(equal == (op == CmpOp::Eq)))
}

fn same_items(cx: &Cx, a: &Window, b: &Window) -> Res<bool> {
    if a.shape != b.shape {
        return Ok(false);
    }
    let integral = |c: Option<u8>| matches!(c, Some(c) if b"bBhHiIlLqQnN?c".contains(&c));
    if a.format == b.format
        && a.itemsize == b.itemsize
        && (integral(a.format) || a.format.is_none())
    {
        return Ok(a.to_vec(cx)? == b.to_vec(cx)?);
    }
    let (Some(ca), Some(cb)) = (a.format, b.format) else { return Ok(false) };
    let (left, right) = (a.to_vec(cx)?, b.to_vec(cx)?);
    for (x, y) in left.chunks_exact(a.itemsize).zip(right.chunks_exact(b.itemsize)) {
        let (x, y) = (super::format::unpack(cx, ca, x)?, super::format::unpack(cx, cb, y)?);
        if !ops::compare(cx, x, y, CmpOp::Eq)?.is(Value::TRUE) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Exports the window again.
fn buffer(cx: &Cx, v: Value, flags: u32) -> Res<Buffer> {
    let view = cast(v);
    view.check(cx)?;
    let window = Window::of_view(&view);
    if flags & request::WRITABLE != 0 && window.readonly {
        return raise!(cx, BUFFER_ERROR, "memoryview: underlying buffer is not writable");
    }
    let plain = flags & request::STRIDES != request::STRIDES;
    if plain && !window.is_c_contiguous() {
        return raise!(cx, BUFFER_ERROR, "memoryview: underlying buffer is not C-contiguous");
    }
    view.exports.fetch_add(1, Ordering::AcqRel);
    let mut out = Buffer::bytes(v, window.data, window.nbytes(), window.readonly);
    out.itemsize = window.itemsize;
    out.format = view.format.get();
    if !plain {
        out.shape = view.shape.get();
        out.strides = view.strides.get();
    }
    out.on_release = Some(|owner| {
        if let Some(view) = owner.downcast::<PyMemoryView>() {
            view.exports.fetch_sub(1, Ordering::AcqRel);
        }
    });
    Ok(out)
}
