//! Iterators over strings. The index is one slot: racing threads may see a character twice.

use orochi_object::iters::StrIter;
use orochi_object::layout;
use orochi_object::prelude::*;

/// Cell of `str_iterator`.
static ITERATOR_CELL: TypeCell = TypeCell::new();
/// Cell of `str_ascii_iterator`.
static ASCII_CELL: TypeCell = TypeCell::new();

const SLOTS: Slots = Slots { iter: Some(own), next: Some(next), ..Slots::NONE };

static METHODS: [NativeDef; 3] = [
    method("__length_hint__", "(self, /)", length_hint),
    method("__reduce__", "(self, /)", reduce),
    method("__setstate__", "(self, state, /)", set_state),
];

/// The type `str_iterator`.
pub static STR_ITERATOR: TypeDef = TypeDef {
    name: "str_iterator",
    cell: &ITERATOR_CELL,
    layout: layout::STR_ITER,
    size: size_of::<StrIter>(),
    slots: SLOTS,
    methods: &METHODS,
    ..TypeDef::DEFAULT
};

/// The type `str_ascii_iterator`.
pub static ASCII_ITERATOR: TypeDef = TypeDef {
    name: "str_ascii_iterator",
    cell: &ASCII_CELL,
    layout: layout::STR_ITER,
    size: size_of::<StrIter>(),
    slots: SLOTS,
    methods: &METHODS,
    ..TypeDef::DEFAULT
};

/// `iter(s)`.
pub(super) fn iter(cx: &Cx, v: Value) -> Res {
    let cell = if is_exact(v, &types::STR) && super::text_of(v).is_ascii() {
        &ASCII_CELL
    } else {
        &ITERATOR_CELL
    };
    let it: Ref<StrIter> = cx.alloc_instance(cell.get(), 0)?;
    it.text.init(v);
    it.index.init(Value::int(0));
    Ok(it.value())
}

fn own(_: &Cx, v: Value) -> Res {
    Ok(v)
}

fn cast(v: Value) -> Ref<StrIter> {
    // SAFETY: slots and methods of these types get StrIter instances.
    unsafe { v.cast() }
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = cast(v);
    let Some(s) = it.text.get().and_then(Value::as_str) else { return Ok(None) };
    let at = it.index.or_none().as_small().unwrap_or(0) as usize;
    if at >= s.len() {
        it.text.clear();
        return Ok(None);
    }
    // A small int needs no barrier.
    it.index.init(Value::int(at as i64 + 1));
    Ok(Some(cx.str_from_char(s.text().get(at))?.value()))
}

fn length_hint(_: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let len = it.text.get().and_then(Value::as_str).map_or(0, |s| s.len() as i64);
    let at = it.index.or_none().as_small().unwrap_or(0);
    Ok(Value::int((len - at).max(0)))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let iter = crate::pickling::builtin(cx, "iter")?;
    match it.text.get() {
        Some(text) => {
            let inner = cx.new_tuple(&[text])?;
            Ok(cx.new_tuple(&[iter, inner.value(), it.index.or_none()])?.value())
        }
        None => {
            let empty = orochi_object::intern::empty(cx)?;
            let inner = cx.new_tuple(&[empty.value()])?;
            Ok(cx.new_tuple(&[iter, inner.value()])?.value())
        }
    }
}

fn set_state(cx: &Cx, args: Args) -> Res {
    let it = cast(args.get(0));
    let n = ops::state_index(cx, args.get(1))?.max(0) as usize;
    let len = it.text.get().and_then(Value::as_str).map_or(0, |s| s.len());
    it.index.set(cx, it, Value::int(n.min(len) as i64));
    Ok(Value::NONE)
}
