//! Subscripts of `memoryview`.

use super::{PyMemoryView, Window, derive, derive_line, format};
use crate::bytes_like::is_bytes_like;
use core::sync::atomic::Ordering;
use orochi_object::buffer::{Buffer, request};
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;

fn no_format<T>(cx: &Cx, view: &PyMemoryView) -> Res<T> {
    let format =
        view.format.get().and_then(Value::as_str).map_or("B".into(), |f| f.to_string_lossy());
    raise!(cx, NOT_IMPLEMENTED_ERROR, "memoryview: format {format} not supported")
}

/// The format character.
pub(super) fn native_format(cx: &Cx, view: &PyMemoryView, window: &Window) -> Res<u8> {
    match window.format {
        Some(c) => Ok(c),
        None => no_format(cx, view),
    }
}

/// Reads the item at an address of the window.
pub(super) fn read_item(cx: &Cx, c: u8, window: &Window, at: *const u8) -> Res {
    // SAFETY: `at` is an item of the window, which the exporter keeps.
    format::unpack(cx, c, unsafe { core::slice::from_raw_parts(at, window.itemsize) })
}

/// The address of an item by one index for each dimension.
fn address(cx: &Cx, window: &Window, keys: &[Value]) -> Res<*mut u8> {
    let mut at = window.data;
    for (dim, key) in keys.iter().enumerate() {
        let i = ops::index_isize(cx, *key, &exception::INDEX_ERROR)?;
        let Some(i) = ops::position(i, window.shape[dim]) else {
            return raise!(cx, INDEX_ERROR, "index out of bounds on dimension {}", dim + 1);
        };
        at = at.wrapping_offset(i as isize * window.strides[dim]);
    }
    Ok(at)
}

/// What a key addresses.
enum Target {
    Item(*mut u8),
    Part(Window),
    Whole,
}

fn is_index(v: Value) -> bool {
    v.is_int() || class_of(v).slots.index().is_some()
}

fn is_multislice(keys: Ref<PyTuple>) -> bool {
    keys.len() > 0 && keys.values().iter().all(|key| key.downcast::<PySlice>().is_some())
}

fn resolve(cx: &Cx, window: &Window, key: Value) -> Res<Target> {
    let dims = window.shape.len();
    if dims == 0 {
        if key.is(Value::ELLIPSIS) {
            return Ok(Target::Whole);
        }
        if key.downcast::<PyTuple>().is_some_and(|t| t.len() == 0) {
            return Ok(Target::Item(window.data));
        }
        return raise!(cx, TYPE_ERROR, "invalid indexing of 0-dim memory");
    }
    if is_index(key) {
        if dims > 1 {
            ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
            return raise!(
                cx,
                NOT_IMPLEMENTED_ERROR,
                "multi-dimensional sub-views are not implemented"
            );
        }
        return Ok(Target::Item(address(cx, window, &[key])?));
    }
    if let Some(slice) = key.downcast::<PySlice>() {
        let span = slice.span(cx, || window.shape[0])?;
        let mut part = window.clone();
        if span.count > 0 {
            part.data = part.data.wrapping_offset(span.start * window.strides[0]);
        }
        part.shape[0] = span.count;
        part.strides[0] = window.strides[0].wrapping_mul(span.step);
        return Ok(Target::Part(part));
    }
    if let Some(keys) = key.downcast::<PyTuple>() {
        if keys.values().iter().all(|key| is_index(*key)) {
            if keys.len() > dims {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "cannot index {dims}-dimension view with {}-element tuple",
                    keys.len()
                );
            }
            if keys.len() < dims {
                return raise!(cx, NOT_IMPLEMENTED_ERROR, "sub-views are not implemented");
            }
            return Ok(Target::Item(address(cx, window, keys.values())?));
        }
        if is_multislice(keys) {
            return raise!(
                cx,
                NOT_IMPLEMENTED_ERROR,
                "multi-dimensional slicing is not implemented"
            );
        }
    }
    raise!(cx, TYPE_ERROR, "memoryview: invalid slice key")
}

/// `m[key]`.
pub(super) fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let view = super::slots::cast(v);
    view.check(cx)?;
    if let ([count], [stride]) = (view.dims(), view.strides())
        && let (Some(count), Some(stride)) = (count.as_small(), stride.as_small())
        && let Some(slice) = key.downcast::<PySlice>()
    {
        let span = slice.span(cx, || count as usize)?;
        let start = if span.count > 0 { span.start.wrapping_mul(stride as isize) } else { 0 };
        let data = view.data.load(Ordering::Relaxed).wrapping_add_signed(start);
        let stride = (stride as isize).wrapping_mul(span.step);
        return Ok(derive_line(cx, view, data, span.count, stride)?.value());
    }
    let window = Window::of_view(&view);
    let target = resolve(cx, &window, key);
    if !matches!(target, Ok(Target::Whole)) {
        // The key may have run Python code.
        view.check(cx)?;
    }
    match target? {
        Target::Item(at) => read_item(cx, native_format(cx, &view, &window)?, &window, at),
        Target::Part(part) => Ok(derive(cx, view, &part, view.format.get())?.value()),
        Target::Whole => Ok(v),
    }
}

/// `m[key] = value`.
pub(super) fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let view = super::slots::cast(v);
    view.check(cx)?;
    let window = Window::of_view(&view);
    if window.readonly {
        return raise!(cx, TYPE_ERROR, "cannot modify read-only memory");
    }
    let Some(value) = value else { return raise!(cx, TYPE_ERROR, "cannot delete memory") };
    let is_slice = key.downcast::<PySlice>().is_some();
    if is_slice && window.shape.len() == 1 {
        let buffer = source_of(cx, value)?;
        return match resolve(cx, &window, key)? {
            Target::Part(part) => {
                // The bounds may have run Python code.
                view.check(cx)?;
                assign(cx, &part, &Window::of_buffer(&buffer))
            }
            _ => Ok(()),
        };
    }
    if window.shape.len() > 1 {
        if is_index(key) {
            return raise!(cx, NOT_IMPLEMENTED_ERROR, "sub-views are not implemented");
        }
        if is_slice || key.downcast::<PyTuple>().is_some_and(is_multislice) {
            let text = "memoryview slice assignments are currently restricted to ndim = 1";
            return raise!(cx, NOT_IMPLEMENTED_ERROR, "{text}");
        }
    }
    match resolve(cx, &window, key)? {
        Target::Item(at) => put(cx, &view, &window, at, value),
        Target::Whole if window.shape.is_empty() => put(cx, &view, &window, window.data, value),
        Target::Whole | Target::Part(_) => {
            let buffer = source_of(cx, value)?;
            assign(cx, &window, &Window::of_buffer(&buffer))
        }
    }
}

fn put(cx: &Cx, view: &PyMemoryView, window: &Window, at: *mut u8, value: Value) -> Res<()> {
    let c = native_format(cx, view, window)?;
    let bytes = format::pack(cx, c, value)?;
    // Packing may have run Python code.
    view.check(cx)?;
    // SAFETY: `at` is an item of a writable window that the exporter keeps.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len()) };
    Ok(())
}

/// The buffer that is assigned from.
fn source_of(cx: &Cx, value: Value) -> Res<Buffer> {
    let Some(export) = class_of(value).slots.buffer().filter(|_| is_bytes_like(value)) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "a bytes-like object is required, not '{}'",
            class_of(value).display_name()
        );
    };
    export(cx, value, request::FULL_RO)
}

/// Copies another exporter's items into the window.
fn assign(cx: &Cx, window: &Window, source: &Window) -> Res<()> {
    if source.shape != window.shape
        || source.itemsize != window.itemsize
        || source.format != window.format
    {
        return raise!(
            cx,
            VALUE_ERROR,
            "memoryview assignment: lvalue and rvalue have different structures"
        );
    }
    // A copy first: the windows may overlap.
    let data = source.to_vec(cx)?;
    let mut items = data.chunks_exact(window.itemsize.max(1));
    window.each(&mut |at| {
        if let Some(item) = items.next() {
            // SAFETY: `at` is an item of a writable window that the exporter keeps.
            unsafe { core::ptr::copy_nonoverlapping(item.as_ptr(), at, item.len()) };
        }
    });
    Ok(())
}
