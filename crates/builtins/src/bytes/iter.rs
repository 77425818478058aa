//! Iterators over `bytes` and `bytearray`.

use crate::bytes_like::try_bytes_like;
use orochi_object::layout;
use orochi_object::prelude::*;

/// Cell of `bytes_iterator`.
static BYTES_CELL: TypeCell = TypeCell::new();
/// Cell of `bytearray_iterator`.
static BYTEARRAY_CELL: TypeCell = TypeCell::new();

/// The next index and the sequence, UNSET once exhausted.
#[repr(C)]
pub(super) struct PyBytesIter {
    pub header: Header,
    sequence: Slot,
    index: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for PyBytesIter {
    const LAYOUT: u16 = layout::WORDS;
}

const SLOTS: Slots = Slots { iter: Some(own), next: Some(next), ..Slots::NONE };

static METHODS: [NativeDef; 3] = [
    method("__length_hint__", "(self, /)", length_hint),
    method("__reduce__", "(self, /)", reduce),
    method("__setstate__", "(self, state, /)", set_state),
];

const fn def(name: &'static str, cell: &'static TypeCell) -> TypeDef {
    TypeDef {
        name,
        cell,
        layout: layout::WORDS,
        size: size_of::<PyBytesIter>(),
        slots: SLOTS,
        methods: &METHODS,
        ..TypeDef::DEFAULT
    }
}

/// The type `bytes_iterator`.
pub static BYTES_ITERATOR: TypeDef = def("bytes_iterator", &BYTES_CELL);
/// The type `bytearray_iterator`.
pub static BYTEARRAY_ITERATOR: TypeDef = def("bytearray_iterator", &BYTEARRAY_CELL);

fn make(cx: &Cx, v: Value, cell: &TypeCell) -> Res {
    let it: Ref<PyBytesIter> = cx.alloc_instance(cell.get(), 0)?;
    it.sequence.init(v);
    it.index.init(Value::int(0));
    Ok(it.value())
}

pub(crate) fn bytes_iter(cx: &Cx, v: Value) -> Res {
    make(cx, v, &BYTES_CELL)
}
pub(crate) fn bytearray_iter(cx: &Cx, v: Value) -> Res {
    make(cx, v, &BYTEARRAY_CELL)
}

fn own(_: &Cx, v: Value) -> Res {
    Ok(v)
}

fn cast(v: Value) -> Ref<PyBytesIter> {
    // SAFETY: slots and methods of these types get PyBytesIter instances.
    unsafe { v.cast() }
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = cast(v);
    let Some(sequence) = it.sequence.get() else { return Ok(None) };
    let at = it.index.or_none().as_small().unwrap_or(0) as usize;
    let Some(data) = try_bytes_like(cx, sequence)? else { return Ok(None) };
    match data.get(at) {
        Some(b) => {
            it.index.set(cx, it, Value::int(at as i64 + 1));
            Ok(Some(Value::int(i64::from(*b))))
        }
        None => {
            it.sequence.clear();
            Ok(None)
        }
    }
}

fn length_hint(cx: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let Some(sequence) = it.sequence.get() else { return Ok(Value::int(0)) };
    let len = try_bytes_like(cx, sequence)?.map_or(0, |data| data.len()) as i64;
    let at = it.index.or_none().as_small().unwrap_or(0);
    Ok(Value::int((len - at).max(0)))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let iter = crate::pickling::builtin(cx, "iter")?;
    match it.sequence.get() {
        Some(sequence) => {
            let inner = cx.new_tuple(&[sequence])?;
            Ok(cx.new_tuple(&[iter, inner.value(), it.index.or_none()])?.value())
        }
        None => {
            let empty = cx.new_tuple(&[])?;
            let inner = cx.new_tuple(&[empty.value()])?;
            Ok(cx.new_tuple(&[iter, inner.value()])?.value())
        }
    }
}

fn set_state(cx: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let n = ops::state_index(cx, args.get(1))?;
    if n < 0 && is_exact(args.get(0), &BYTEARRAY_CELL) {
        it.sequence.clear();
    } else if it.sequence.get().is_some() {
        it.index.set(cx, it, Value::int(n.max(0) as i64));
    }
    Ok(Value::NONE)
}
