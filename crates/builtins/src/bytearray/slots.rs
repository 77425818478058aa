//! The type `bytearray`: construction and slots.

use super::{CELL, LAYOUT, PyByteArray, methods};
use crate::bind::Sig;
use crate::bytes::{self, Coding, Purpose, Source, byte_of, coded_source, collect};
use crate::bytes_like::{is_bytes_like, try_bytes_like};
use core::sync::atomic::Ordering;
use orochi_object::buffer::{Buffer, request};
use orochi_object::bytes::WARN;
use orochi_object::prelude::*;
use orochi_object::slice::{PySlice, Span};

/// The type `bytearray`.
pub static TYPE: TypeDef = TypeDef {
    name: "bytearray",
    cell: &CELL,
    layout: LAYOUT,
    size: size_of::<PyByteArray>(),
    flags: flag::BASETYPE | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        str: Some(str),
        compare: Some(compare),
        iter: Some(bytes::bytearray_iter),
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(bytes::methods::contains),
        concat: Some(bytes::concat),
        repeat: Some(bytes::repeat),
        mod_: Some(modulo),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: &methods::TABLE,
    doc: Some(
        "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray",
    ),
    init: Some(bytes::add_shared),
    ..TypeDef::DEFAULT
};

pub(super) fn cast(v: Value) -> Ref<PyByteArray> {
    // SAFETY: slots and methods of `bytearray` get instances of it.
    unsafe { v.cast() }
}

/// A new `bytearray` with this content.
pub fn new_bytearray(cx: &Cx, data: &[u8]) -> Res<Ref<PyByteArray>> {
    let array: Ref<PyByteArray> = cx.alloc_instance(CELL.get(), 0)?;
    if !data.is_empty() {
        array.splice(cx, 0, 0, data)?;
    }
    Ok(array)
}

/// A `bytearray` value with this content.
pub(crate) fn made(cx: &Cx, data: &[u8]) -> Res {
    Ok(new_bytearray(cx, data)?.value())
}

fn new(cx: &Cx, class: Ref<PyType>, _: CallArgs) -> Res {
    Ok(cx.alloc_instance::<PyByteArray>(class, 0)?.value())
}

static INIT: Sig = Sig::new("bytearray", "(source=b'', encoding='utf-8', errors='strict')");

fn init(cx: &Cx, v: Value, args: CallArgs) -> Res<()> {
    INIT.bind(cx, args, |args| {
        let array = cast(v);
        let coding = Coding::of(cx, args, "bytearray")?;
        array.splice(cx, 0, usize::MAX, &[])?;
        match coded_source(cx, args, coding)? {
            Source::Nothing => Ok(()),
            Source::Coded(coded) => array.splice(cx, 0, 0, coded.data()),
            Source::Object(object) => {
                let data = collect(cx, object, Purpose::ByteArray)?;
                // Whatever came in while the source was asked.
                array.splice(cx, 0, usize::MAX, &data)
            }
        }
    })
}

fn repr(cx: &Cx, v: Value) -> Res {
    let name = class_of(v).display_name();
    let mut inner = cx.built(orochi_text::bytes::repr(&cast(v).view(cx)))?;
    if inner.get(1) == Some(&b'"') {
        // Unlike bytes, a bytearray escapes apostrophes between double quotes too.
        inner = inner.split(|c| *c == b'\'').collect::<Vec<_>>().join(&b"\\'"[..]);
    }
    let mut out = format!("{name}(").into_bytes();
    cx.make_room(&mut out, inner.len() + 1)?;
    out.extend_from_slice(&inner);
    out.push(b')');
    Ok(cx.new_str(&String::from_utf8_lossy(&out))?.value())
}

fn str(cx: &Cx, v: Value) -> Res {
    if WARN.load(Ordering::Relaxed) {
        bytes::warn(cx, "str() on a bytearray instance")?;
    }
    repr(cx, v)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_bytes_like(v) || !is_bytes_like(w) {
        if WARN.load(Ordering::Relaxed) && class_of(w).has_flag(flag::STR) {
            bytes::warn(cx, "Comparison between bytearray and string")?;
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let views = (try_bytes_like(cx, v), try_bytes_like(cx, w));
    let (Ok(Some(a)), Ok(Some(b))) = views else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(op.holds(a[..].cmp(&b[..]))))
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(cast(v).len())
}

fn index_error<T>(cx: &Cx) -> Res<T> {
    raise!(cx, INDEX_ERROR, "bytearray index out of range")
}

fn key_error<T>(cx: &Cx, key: Value) -> Res<T> {
    raise!(
        cx,
        TYPE_ERROR,
        "bytearray indices must be integers or slices, not {}",
        class_of(key).display_name()
    )
}

fn is_index(key: Value) -> bool {
    key.is_int() || class_of(key).slots.index().is_some()
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let array = cast(v);
    if is_index(key) {
        let i = ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
        let data = array.view(cx);
        return match ops::position(i, data.len()) {
            Some(at) => Ok(Value::int(i64::from(data[at]))),
            None => index_error(cx),
        };
    }
    let Some(slice) = key.downcast::<PySlice>() else { return key_error(cx, key) };
    let (start, stop, step) = slice.unpack(cx)?;
    let data = array.view(cx);
    let span = orochi_object::slice::adjust(start, stop, step, data.len());
    if span.step == 1 {
        return made(cx, &data[span.start as usize..span.start as usize + span.count]);
    }
    made(cx, &bytes::stepped(cx, &data, span)?)
}

fn setitem(cx: &Cx, v: Value, key: Value, value: Option<Value>) -> Res<()> {
    let array = cast(v);
    if is_index(key) {
        let i = ops::index_isize(cx, key, &exception::INDEX_ERROR)?;
        let Some(value) = value else { return delete_item(cx, array, i) };
        let b = byte_of(cx, value, "byte must be in range(0, 256)")?;
        let done = array.locked(cx, || {
            let edit = super::Edit { cx, array };
            ops::position(i, edit.len()).map(|at| edit.set(at, b))
        });
        return if done.is_some() { Ok(()) } else { index_error(cx) };
    }
    let Some(slice) = key.downcast::<PySlice>() else { return key_error(cx, key) };
    let bounds = slice.unpack(cx)?;
    let data = match value {
        None => None,
        Some(value) => Some(assigned(cx, value)?),
    };
    set_slice(cx, array, bounds, data)
}

/// The bytes a slice is assigned.
fn assigned(cx: &Cx, value: Value) -> Res<Vec<u8>> {
    let slots = &class_of(value).slots;
    let is_number = value.as_complex().is_some()
        || slots.index().is_some()
        || slots.int().is_some()
        || slots.float().is_some();
    if value.is_int() || is_number || value.as_str().is_some() {
        return raise!(
            cx,
            TYPE_ERROR,
            "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
        );
    }
    collect(cx, value, Purpose::ByteArray)
}

fn delete_item(cx: &Cx, array: Ref<PyByteArray>, i: isize) -> Res<()> {
    let done = array.edit(cx, |edit| match ops::position(i, edit.len()) {
        Some(at) => edit.splice(at, at + 1, &[]).map(|()| true),
        None => Ok(false),
    })?;
    if done { Ok(()) } else { index_error(cx) }
}

fn set_slice(
    cx: &Cx,
    array: Ref<PyByteArray>,
    (start, stop, step): (isize, isize, isize),
    data: Option<Vec<u8>>,
) -> Res<()> {
    let mismatch = array.edit(cx, |edit| {
        let span = orochi_object::slice::adjust(start, stop, step, edit.len());
        let from = span.start as usize;
        match &data {
            Some(data) if span.step == 1 => {
                edit.splice(from, from + span.count, data)?;
            }
            Some(data) if data.is_empty() => delete_span(edit, span)?,
            Some(data) if data.len() != span.count => return Ok(Some(span.count)),
            Some(data) => {
                for (i, b) in data.iter().enumerate() {
                    edit.set((span.start + i as isize * span.step) as usize, *b);
                }
            }
            None => delete_span(edit, span)?,
        }
        Ok(None)
    })?;
    match mismatch {
        None => Ok(()),
        Some(count) => raise!(
            cx,
            VALUE_ERROR,
            "attempt to assign bytes of size {} to extended slice of size {count}",
            data.map_or(0, |data| data.len())
        ),
    }
}

fn delete_span(edit: &super::Edit<'_>, span: Span) -> Res<()> {
    if span.count == 0 {
        return Ok(());
    }
    let from = span.start as usize;
    if span.step == 1 {
        return edit.splice(from, from + span.count, &[]);
    }
    edit.cx.expect_memory(edit.len() * 2)?;
    let mut keep = vec![true; edit.len()];
    for i in 0..span.count {
        keep[(span.start + i as isize * span.step) as usize] = false;
    }
    let kept: Vec<u8> =
        edit.bytes().iter().zip(&keep).filter(|(_, keep)| **keep).map(|(b, _)| *b).collect();
    edit.splice(0, usize::MAX, &kept)
}

fn inplace_concat(cx: &Cx, v: Value, w: Value) -> Res {
    let Ok(Some(view)) = try_bytes_like(cx, w) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can't concat {} to {}",
            class_of(w).display_name(),
            class_of(v).display_name()
        );
    };
    if w.downcast::<PyBytes>().is_some() {
        cast(v).splice(cx, usize::MAX, usize::MAX, &view)?;
        return Ok(v);
    }
    let copy = cx.copied(&view)?;
    drop(view);
    cast(v).splice(cx, usize::MAX, usize::MAX, &copy)?;
    Ok(v)
}

fn inplace_repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let n = n.max(0) as usize;
    let array = cast(v);
    if array.len().checked_mul(n).is_none_or(|total| total > 1 << 40) {
        return Err(orochi_object::error::memory_error(cx));
    }
    cx.expect_memory((array.len() * n).saturating_mul(2))?;
    array.edit(cx, |edit| {
        let all = edit.bytes().repeat(n);
        edit.splice(0, usize::MAX, &all)
    })?;
    Ok(v)
}

fn modulo(cx: &Cx, v: Value, w: Value) -> Res {
    if v.downcast::<PyByteArray>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    bytes::formatted(cx, v, w)
}

fn buffer(cx: &Cx, v: Value, _: u32) -> Res<Buffer> {
    let _ = request::SIMPLE;
    cast(v).export(cx)
}
