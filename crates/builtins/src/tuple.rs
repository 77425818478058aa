//! The type `tuple`. Immutable, so nothing here locks.

use crate::list::{self, RELAXED, compare_items, items_repr, own_iter};
use orochi_object::module::builtin;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;
use orochi_object::slots::SlotId;
use orochi_object::{iters, layout};
use orochi_text::Builder;

/// The type `tuple`.
pub static TYPE: TypeDef = TypeDef {
    name: "tuple",
    cell: &types::TUPLE,
    layout: layout::TUPLE,
    size: size_of::<PyTuple>(),
    flags: flag::BASETYPE | flag::SEQUENCE | flag::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        ..Slots::NONE
    },
    methods: &[
        method("count", "(self, value, /)", count),
        method("index", "(self, value, start=0, stop=9223372036854775807, /)", index),
        method("__getnewargs__", "(self, /)", getnewargs),
        ops::CLASS_GETITEM,
    ],
    doc: Some(
        "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an \
         empty tuple.\nIf iterable is specified the tuple is initialized from iterable's \
         items.\n\nIf the argument is a tuple, the return value is the same object.",
    ),
    ..TypeDef::DEFAULT
};

/// The receiver of a tuple method.
#[inline(always)]
pub(crate) fn this(v: Value) -> Ref<PyTuple> {
    // SAFETY: slots and methods of `tuple` are called with tuples.
    unsafe { v.cast() }
}

fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let exact = class == types::TUPLE.get();
    // A class with its own `__init__` may take keywords there.
    let args = match class.overrides(SlotId::Init) {
        true => CallArgs::new(args.positional()).exactly(cx, "tuple", 0, 1)?,
        false => args.exactly(cx, "tuple", 0, 1)?,
    };
    let items = match args.first() {
        Some(iterable) => ops::to_tuple(cx, *iterable)?,
        None => cx.new_tuple(&[])?,
    };
    if exact { Ok(items.value()) } else { Ok(cx.tuple_of_class(class, items.values())?.value()) }
}

fn repr(cx: &Cx, v: Value) -> Res {
    let tuple = this(v);
    if tuple.len() == 0 {
        return Ok(cx.new_str("()")?.value());
    }
    let done = ops::repr_guarded(cx, v, || {
        let mut text = Builder::new();
        text.push_str("(");
        let n = items_repr(cx, &mut text, &mut |i| tuple.get(i))?;
        text.push_str(if n == 1 { ",)" } else { ")" });
        Ok(cx.str_from_buf(&text.finish())?.value())
    })?;
    match done {
        Some(text) => Ok(text),
        None => Ok(cx.new_str("(...)")?.value()),
    }
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    const P1: u64 = 11400714785074694791;
    const P2: u64 = 14029467366897019727;
    const P5: u64 = 2870177450012600261;
    let tuple = this(v);
    if let Some(hash) = tuple.known_hash() {
        return Ok(hash);
    }
    if cx.check_native_stack().is_err() {
        let message = "maximum recursion depth exceeded while hashing a tuple";
        return raise!(cx, RECURSION_ERROR, "{message}");
    }
    let mut acc = P5;
    for item in tuple.values() {
        let lane = ops::hash(cx, *item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    acc = acc.wrapping_add(tuple.len() as u64 ^ (P5 ^ 3527539));
    let hash = if acc == u64::MAX { 1546275796 } else { acc as i64 };
    tuple.keep_hash(hash);
    Ok(hash)
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (v.downcast::<PyTuple>(), w.downcast::<PyTuple>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    // Unlike lists, tuples of different lengths are compared item by item for equality too.
    let (x, y) = (a.values(), b.values());
    if a.len() != b.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        for (x, y) in x.iter().zip(y) {
            if !x.is(*y) && !ops::eq(cx, *x, *y)? {
                break;
            }
        }
        return Ok(Value::bool(op == CmpOp::Ne));
    }
    compare_items(cx, op, |i| a.get(i), |i| b.get(i), || (a.len(), b.len()))
}

fn iter(cx: &Cx, v: Value) -> Res {
    cx.new_tuple_iter(Some(this(v)), 0)
}

fn len(_: &Cx, v: Value) -> Res<usize> {
    Ok(this(v).len())
}

fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    for own in this(v).values() {
        if ops::eq(cx, *own, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let tuple = this(v);
    if let Some(slice) = key.downcast::<PySlice>() {
        return get_slice(cx, v, slice);
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "tuple indices must be integers or slices, not {}",
            class_of(key).display_name()
        );
    }
    let i = match key.as_small() {
        Some(i) => i as isize,
        None => ops::index_isize(cx, key, &exception::INDEX_ERROR)?,
    };
    match ops::position(i, tuple.len()).and_then(|i| tuple.get(i)) {
        Some(item) => Ok(item),
        None => raise!(cx, INDEX_ERROR, "tuple index out of range"),
    }
}

fn get_slice(cx: &Cx, v: Value, slice: Ref<PySlice>) -> Res {
    let tuple = this(v);
    let span = slice.span(cx, || tuple.len())?;
    let items = tuple.values();
    if span.step == 1 {
        if span.count == items.len() && is_exact(v, &types::TUPLE) {
            return Ok(v);
        }
        let start = span.start as usize;
        return Ok(cx.new_tuple(&items[start..start + span.count])?.value());
    }
    let picked = PyTuple::new_internal(cx, span.count)?;
    let mut at = span.start;
    for cell in picked.items() {
        cell.init(items[at as usize]);
        at = at.wrapping_add(span.step);
    }
    Ok(picked.value())
}

fn concat(cx: &Cx, v: Value, w: Value) -> Res {
    let a = this(v);
    let Some(b) = w.downcast::<PyTuple>() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only concatenate tuple (not \"{}\") to tuple",
            class_of(w).display_name()
        );
    };
    if a.len() == 0 && is_exact(w, &types::TUPLE) {
        return Ok(w);
    }
    if b.len() == 0 && is_exact(v, &types::TUPLE) {
        return Ok(v);
    }
    let joined = PyTuple::new_internal(cx, a.len() + b.len())?;
    for (to, from) in joined.items().iter().zip(a.values().iter().chain(b.values())) {
        to.init(*from);
    }
    Ok(joined.value())
}

fn repeat(cx: &Cx, v: Value, n: isize) -> Res {
    let tuple = this(v);
    let items = tuple.values();
    if (items.is_empty() || n == 1) && is_exact(v, &types::TUPLE) {
        return Ok(v);
    }
    let Some(total) = items.len().checked_mul(n.max(0) as usize) else {
        return Err(orochi_object::error::memory_error(cx));
    };
    let repeated = PyTuple::new_internal(cx, total)?;
    for (to, from) in repeated.items().iter().zip(items.iter().cycle()) {
        to.init(*from);
    }
    Ok(repeated.value())
}

fn count(cx: &Cx, args: Args) -> Res {
    let mut n = 0;
    for own in this(args.get(0)).values() {
        n += ops::eq(cx, *own, args.get(1))? as i64;
    }
    Ok(Value::int(n))
}

fn index(cx: &Cx, args: Args) -> Res {
    let tuple = this(args.get(0));
    let (start, stop) = list::bounds(cx, args, tuple.len())?;
    for i in start..stop.min(tuple.len()) {
        if ops::eq(cx, tuple.values()[i], args.get(1))? {
            return Ok(Value::int(i as i64));
        }
    }
    raise!(cx, VALUE_ERROR, "tuple.index(x): x not in tuple")
}

fn getnewargs(cx: &Cx, args: Args) -> Res {
    let items = cx.new_tuple(this(args.get(0)).values())?;
    Ok(cx.new_tuple(&[items.value()])?.value())
}

/// `tuple_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "tuple_iterator",
    cell: &iters::TUPLE_ITERATOR,
    layout: layout::TUPLE_ITER,
    size: size_of::<iters::TupleIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(iters::tuple_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", iterator_hint),
        method("__reduce__", "(self, /)", iterator_reduce),
        method("__setstate__", "(self, state, /)", iterator_setstate),
    ],
    ..TypeDef::DEFAULT
};

fn tuple_iter(v: Value) -> Ref<iters::TupleIter> {
    // SAFETY: methods of `tuple_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn iterator_hint(_: &Cx, args: Args) -> Res {
    let it = tuple_iter(args.get(0));
    let len = it.tuple.get().map_or(0, |tuple| this(tuple).len());
    Ok(Value::int(len.saturating_sub(it.index.load(RELAXED)) as i64))
}

fn iterator_reduce(cx: &Cx, args: Args) -> Res {
    let it = tuple_iter(args.get(0));
    let iter = builtin(cx, name!(cx, "iter"))?;
    match it.tuple.get() {
        Some(tuple) => {
            let index = Value::int(it.index.load(RELAXED) as i64);
            let args = cx.new_tuple(&[tuple])?;
            Ok(cx.new_tuple(&[iter, args.value(), index])?.value())
        }
        None => {
            let args = cx.new_tuple(&[cx.new_tuple(&[])?.value()])?;
            Ok(cx.new_tuple(&[iter, args.value()])?.value())
        }
    }
}

fn iterator_setstate(cx: &Cx, args: Args) -> Res {
    let it = tuple_iter(args.get(0));
    let index = ops::state_index(cx, args.get(1))?;
    if let Some(tuple) = it.tuple.get() {
        it.index.store((index.max(0) as usize).min(this(tuple).len()), RELAXED);
    }
    Ok(Value::NONE)
}
