//! The type `map`.

use crate::list::own_iter;
use crate::zip::{advance, iterators_of, strict_keyword};
use orochi_object::layout;
use orochi_object::prelude::*;

/// A `map`: the function, a tuple of iterators, and whether they must be of equal length.
#[repr(C)]
pub struct Map {
    header: Header,
    function: Slot,
    iterators: Slot,
    strict: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Map {
    const LAYOUT: u16 = layout::WORDS;
}

static CELL: TypeCell = TypeCell::new();

/// The type `map`.
pub static TYPE: TypeDef = TypeDef {
    name: "map",
    cell: &CELL,
    layout: layout::WORDS,
    size: size_of::<Map>(),
    flags: flag::BASETYPE,
    slots: Slots { new: Some(new), iter: Some(own_iter), next: Some(next), ..Slots::NONE },
    methods: &[
        method("__reduce__", "(self, /)", reduce),
        method("__setstate__", "(self, state, /)", setstate),
    ],
    doc: Some(
        "Make an iterator that computes the function using arguments from\neach of the iterables.  \
         Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the \
         arguments is exhausted before the\nothers, raise a ValueError.",
    ),
    ..TypeDef::DEFAULT
};

fn this(v: Value) -> Ref<Map> {
    // SAFETY: slots and methods of `map` are called with its instances.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let strict = strict_keyword(cx, args, "map")?;
    let Some((function, iterables)) =
        args.positional().split_first().filter(|(_, r)| !r.is_empty())
    else {
        return raise!(cx, TYPE_ERROR, "map() must have at least two arguments.");
    };
    let iterators = iterators_of(cx, iterables)?;
    let map: Ref<Map> = cx.alloc_instance(class, 0)?;
    map.function.init(*function);
    map.iterators.init(iterators.value());
    map.strict.init(Value::bool(strict));
    Ok(map.value())
}

fn next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let map = this(v);
    let function = map.function.or_none();
    let Some(iterators) = map.iterators.get().and_then(Value::downcast::<PyTuple>) else {
        return Ok(None);
    };
    if let [iterator] = iterators.values() {
        let Some(item) = ops::next(cx, *iterator)? else { return Ok(None) };
        return Ok(Some(ops::call_one(cx, function, item)?));
    }
    let strict = map.strict.get() == Some(Value::TRUE);
    advance(cx, iterators, strict, "map", &mut |items| ops::call(cx, function, items))
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let map = this(args.get(0));
    let class = class_of(args.get(0)).value();
    let Some(iterators) = map.iterators.get().and_then(Value::downcast::<PyTuple>) else {
        return Ok(Value::NONE);
    };
    let mut parts = vec![map.function.or_none()];
    parts.extend_from_slice(iterators.values());
    let parts = cx.new_tuple(&parts)?.value();
    if map.strict.get() == Some(Value::TRUE) {
        return Ok(cx.new_tuple(&[class, parts, Value::TRUE])?.value());
    }
    Ok(cx.new_tuple(&[class, parts])?.value())
}

fn setstate(cx: &Cx, args: Args) -> Res {
    this(args.get(0)).strict.init(Value::bool(ops::truth(cx, args.get(1))?));
    Ok(Value::NONE)
}
