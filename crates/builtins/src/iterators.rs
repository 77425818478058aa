//! `iterator` (by `__getitem__`) and `callable_iterator` (`iter(f, sentinel)`).

use crate::list::own_iter;
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::ops::PySequenceIter;
use orochi_object::prelude::*;

/// `iterator`.
pub static SEQUENCE: TypeDef = TypeDef {
    name: "iterator",
    cell: &ops::SEQUENCE_ITERATOR,
    layout: layout::WORDS,
    size: size_of::<PySequenceIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(ops::sequence_iter_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", hint),
        method("__reduce__", "(self, /)", reduce),
        method("__setstate__", "(self, state, /)", setstate),
    ],
    ..TypeDef::DEFAULT
};

fn sequence(v: Value) -> Ref<PySequenceIter> {
    // SAFETY: methods of `iterator` are called with its instances.
    unsafe { v.cast() }
}

fn hint(cx: &Cx, args: Args) -> Res {
    let it = sequence(args.get(0));
    let Some(sequence) = it.sequence.get() else { return Ok(Value::int(0)) };
    if class_of(sequence).slots.len().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let len = ops::len(cx, sequence)? as i64;
    Ok(Value::int((len - it.index.or_none().as_small().unwrap_or(0)).max(0)))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let it = sequence(args.get(0));
    let iter = builtin(cx, name!(cx, "iter"))?;
    match it.sequence.get() {
        Some(sequence) => {
            let args = cx.new_tuple(&[sequence])?;
            Ok(cx.new_tuple(&[iter, args.value(), it.index.or_none()])?.value())
        }
        None => {
            let args = cx.new_tuple(&[cx.new_tuple(&[])?.value()])?;
            Ok(cx.new_tuple(&[iter, args.value()])?.value())
        }
    }
}

fn setstate(cx: &Cx, args: Args) -> Res {
    let it = sequence(args.get(0));
    let index = ops::state_index(cx, args.get(1))?.max(0);
    if it.sequence.get().is_some() {
        it.index.set(cx, it, cx.new_int(index as i64)?);
    }
    Ok(Value::NONE)
}

/// An iterator that calls until it is given the sentinel; `callable` is UNSET once exhausted.
#[repr(C)]
pub struct CallableIter {
    header: Header,
    callable: Slot,
    sentinel: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for CallableIter {
    const LAYOUT: u16 = layout::WORDS;
}

static CALLABLE_CELL: TypeCell = TypeCell::new();

/// `callable_iterator`.
pub static CALLABLE: TypeDef = TypeDef {
    name: "callable_iterator",
    cell: &CALLABLE_CELL,
    layout: layout::WORDS,
    size: size_of::<CallableIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(callable_next), ..Slots::NONE },
    methods: &[method("__reduce__", "(self, /)", callable_reduce)],
    ..TypeDef::DEFAULT
};

/// `iter(callable, sentinel)`.
pub fn new_callable_iter(cx: &Cx, callable: Value, sentinel: Value) -> Res {
    let it: Ref<CallableIter> = cx.alloc_instance(CALLABLE_CELL.get(), 0)?;
    it.callable.init(callable);
    it.sentinel.init(sentinel);
    Ok(it.value())
}

fn callable(v: Value) -> Ref<CallableIter> {
    // SAFETY: slots and methods of `callable_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn callable_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = callable(v);
    let (Some(function), Some(sentinel)) = (it.callable.get(), it.sentinel.get()) else {
        return Ok(None);
    };
    match ops::call(cx, function, &[]) {
        Ok(value) => {
            // The call may have exhausted this iterator itself.
            if it.callable.is_unset() {
                return Ok(None);
            }
            if !ops::eq(cx, sentinel, value)? {
                return Ok(Some(value));
            }
        }
        Err(raised) if raised.is(&exception::STOP_ITERATION) => {}
        Err(raised) => return Err(raised),
    }
    it.callable.clear();
    it.sentinel.clear();
    Ok(None)
}

fn callable_reduce(cx: &Cx, args: Args) -> Res {
    let it = callable(args.get(0));
    let iter = builtin(cx, name!(cx, "iter"))?;
    let args = match (it.callable.get(), it.sentinel.get()) {
        (Some(function), Some(sentinel)) => cx.new_tuple(&[function, sentinel])?,
        _ => cx.new_tuple(&[cx.new_tuple(&[])?.value()])?,
    };
    Ok(cx.new_tuple(&[iter, args.value()])?.value())
}
