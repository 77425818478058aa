//! The type `range` and its iterators. Immutable.
//!
//! A range keeps start, stop, step and length as Python ints of any size. Its iterator is the plain
//! `RangeIter` when the numbers are small, else one over Python ints.

use crate::list::own_iter;
use crate::slice::indices_of;
use orochi_object::iters::{self, RANGE_LIMIT, RangeIter};
use orochi_object::layout;
use orochi_object::module::builtin;
use orochi_object::ops::BinOp;
use orochi_object::prelude::*;
use orochi_object::slice::PySlice;

/// A `range`.
#[repr(C)]
pub struct Range {
    header: Header,
    start: Slot,
    stop: Slot,
    step: Slot,
    len: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for Range {
    const LAYOUT: u16 = layout::WORDS;
}

/// The type `range`.
pub static TYPE: TypeDef = TypeDef {
    name: "range",
    cell: &iters::RANGE,
    layout: layout::WORDS,
    size: size_of::<Range>(),
    flags: flag::SEQUENCE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(len),
        bool_: Some(bool_),
        getitem: Some(getitem),
        contains: Some(contains),
        ..Slots::NONE
    },
    methods: &[
        method("__reversed__", "(self, /)", reversed),
        method("__reduce__", "(self, /)", reduce),
        method("count", "(self, value, /)", count),
        method("index", "(self, value, /)", index),
    ],
    getset: &[
        field_getter("start", |_, v| Ok(this(v).start.or_none())),
        field_getter("stop", |_, v| Ok(this(v).stop.or_none())),
        field_getter("step", |_, v| Ok(this(v).step.or_none())),
    ],
    doc: Some(
        "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an \
         object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by \
         step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is \
         omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of \
         4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    ),
    ..TypeDef::DEFAULT
};

#[inline(always)]
fn this(v: Value) -> Ref<Range> {
    // SAFETY: slots and methods of `range` are called with ranges.
    unsafe { v.cast() }
}

impl Range {
    fn parts(&self) -> [Value; 3] {
        [self.start.or_none(), self.stop.or_none(), self.step.or_none()]
    }
    /// Start, stop, step and length as small numbers.
    fn small(&self) -> Option<[i64; 4]> {
        let small = |slot: &Slot| slot.or_none().as_small();
        Some([small(&self.start)?, small(&self.stop)?, small(&self.step)?, small(&self.len)?])
    }
    fn len(&self) -> Value {
        self.len.or_none()
    }
}

fn arith(cx: &Cx, op: BinOp, a: Value, b: Value) -> Res {
    ops::binary(cx, op, a, b)
}
fn less(cx: &Cx, a: Value, b: Value) -> Res<bool> {
    ops::compare_bool(cx, a, b, CmpOp::Lt)
}

/// How many numbers there are from `start` to `stop` by `step`.
fn length(cx: &Cx, start: Value, stop: Value, step: Value) -> Res {
    if let (Some(a), Some(b), Some(s)) = (start.as_small(), stop.as_small(), step.as_small()) {
        let n = if s > 0 && a < b {
            ((b - a - 1) as u64 / s as u64).wrapping_add(1)
        } else if s < 0 && a > b {
            ((a - b - 1) as u64 / s.unsigned_abs()).wrapping_add(1)
        } else {
            0
        };
        return cx.new_uint(n);
    }
    let zero = Value::int(0);
    let (low, high, stride) = if less(cx, zero, step)? {
        (start, stop, step)
    } else {
        (stop, start, arith(cx, BinOp::Sub, zero, step)?)
    };
    if !less(cx, low, high)? {
        return Ok(zero);
    }
    let span = arith(cx, BinOp::Sub, arith(cx, BinOp::Sub, high, low)?, Value::int(1))?;
    arith(cx, BinOp::Add, arith(cx, BinOp::FloorDiv, span, stride)?, Value::int(1))
}

/// A new range of ints.
pub fn make(cx: &Cx, start: Value, stop: Value, step: Value) -> Res {
    let len = length(cx, start, stop, step)?;
    let range: Ref<Range> = cx.alloc_instance(iters::RANGE.get(), 0)?;
    range.start.init(start);
    range.stop.init(stop);
    range.step.init(step);
    range.len.init(len);
    Ok(range.value())
}

/// `operator.index` as an exact int.
pub(crate) fn exact_index(cx: &Cx, v: Value) -> Res {
    let n = ops::index(cx, v)?;
    if n.is_small() || is_exact(n, &types::INT) {
        return Ok(n);
    }
    match n.to_big() {
        Some(big) => cx.int_from_big(&big),
        None => Ok(n),
    }
}

fn new(cx: &Cx, _: Ref<PyType>, args: CallArgs) -> Res {
    let (start, stop, step) = match *args.exactly(cx, "range", 1, 3)? {
        [stop] => (Value::int(0), stop, None),
        [start, stop] => (start, stop, None),
        [start, stop, step] => (start, stop, Some(step)),
        _ => (Value::int(0), Value::int(0), None),
    };
    let (start, stop) = (exact_index(cx, start)?, exact_index(cx, stop)?);
    let step = match step {
        None => Value::int(1),
        Some(step) => exact_index(cx, step)?,
    };
    if step == Value::int(0) {
        return raise!(cx, VALUE_ERROR, "range() arg 3 must not be zero");
    }
    make(cx, start, stop, step)
}

fn repr(cx: &Cx, v: Value) -> Res {
    let [start, stop, step] = this(v).parts();
    let (start, stop) = (ops::repr_text(cx, start)?, ops::repr_text(cx, stop)?);
    let text = if step == Value::int(1) {
        format!("range({start}, {stop})")
    } else {
        format!("range({start}, {stop}, {})", ops::repr_text(cx, step)?)
    };
    Ok(cx.new_str(&text)?.value())
}

/// What two equal ranges have in common: length, start unless empty, step unless of one item.
fn essence(v: Value) -> [Value; 3] {
    let range = this(v);
    let len = range.len();
    match len.as_small() {
        Some(0) => [len, Value::NONE, Value::NONE],
        Some(1) => [len, range.start.or_none(), Value::NONE],
        _ => [len, range.start.or_none(), range.step.or_none()],
    }
}

fn hash(cx: &Cx, v: Value) -> Res<i64> {
    ops::hash(cx, cx.new_tuple(&essence(v))?.value())
}

fn compare(cx: &Cx, v: Value, w: Value, op: CmpOp) -> Res {
    if !is_exact(w, &iters::RANGE) || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut equal = true;
    for (a, b) in essence(v).into_iter().zip(essence(w)) {
        equal = equal && ops::eq(cx, a, b)?;
    }
    Ok(Value::bool(equal == (op == CmpOp::Eq)))
}

fn len(cx: &Cx, v: Value) -> Res<usize> {
    match this(v).len().as_i64() {
        Some(n) => Ok(n as usize),
        None => raise!(cx, OVERFLOW_ERROR, "Python int too large to convert to C ssize_t"),
    }
}

fn bool_(_: &Cx, v: Value) -> Res<bool> {
    Ok(this(v).len() != Value::int(0))
}

/// Item `i` of a range, `i` within it.
fn item(cx: &Cx, range: Ref<Range>, i: Value) -> Res {
    let offset = arith(cx, BinOp::Mul, i, range.step.or_none())?;
    arith(cx, BinOp::Add, range.start.or_none(), offset)
}

fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    let range = this(v);
    if key.downcast::<PySlice>().is_some() {
        return get_slice(cx, range, key);
    }
    if !key.is_int() && class_of(key).slots.index().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "range indices must be integers or slices, not {}",
            class_of(key).display_name()
        );
    }
    let mut i = exact_index(cx, key)?;
    if let (Some([start, _, step, len]), Some(at)) = (range.small(), i.as_small()) {
        let at = if at < 0 { at + len } else { at };
        if at < 0 || at >= len {
            return raise!(cx, INDEX_ERROR, "range object index out of range");
        }
        return cx.new_int(start + at * step);
    }
    let zero = Value::int(0);
    if less(cx, i, zero)? {
        i = arith(cx, BinOp::Add, i, range.len())?;
    }
    if less(cx, i, zero)? || !less(cx, i, range.len())? {
        return raise!(cx, INDEX_ERROR, "range object index out of range");
    }
    item(cx, range, i)
}

fn get_slice(cx: &Cx, range: Ref<Range>, slice: Value) -> Res {
    let [start, stop, step] = indices_of(cx, slice, range.len())?;
    let sub_step = arith(cx, BinOp::Mul, step, range.step.or_none())?;
    let sub_start = item(cx, range, start)?;
    let sub_stop = item(cx, range, stop)?;
    make(cx, sub_start, sub_stop, sub_step)
}

/// Whether an exact int is in the range.
fn holds(cx: &Cx, range: Ref<Range>, n: Value) -> Res<bool> {
    if let (Some([start, stop, step, _]), Some(n)) = (range.small(), n.as_small()) {
        let within = if step > 0 { n >= start && n < stop } else { n <= start && n > stop };
        return Ok(within && (n - start) % step == 0);
    }
    let zero = Value::int(0);
    let [start, stop, step] = range.parts();
    let within = if less(cx, zero, step)? {
        !less(cx, n, start)? && less(cx, n, stop)?
    } else {
        !less(cx, start, n)? && less(cx, stop, n)?
    };
    if !within {
        return Ok(false);
    }
    let rest = arith(cx, BinOp::Mod, arith(cx, BinOp::Sub, n, start)?, step)?;
    Ok(rest == zero)
}

/// An exact int or bool, which are found by arithmetic.
fn plain_int(v: Value) -> bool {
    v.is_small() || v.as_bool().is_some() || is_exact(v, &types::INT)
}

fn as_int(v: Value) -> Value {
    v.as_bool().map_or(v, |b| Value::int(b as i64))
}

fn contains(cx: &Cx, v: Value, n: Value) -> Res<bool> {
    if plain_int(n) { holds(cx, this(v), as_int(n)) } else { ops::contains_by_iteration(cx, v, n) }
}

fn count(cx: &Cx, args: Args) -> Res {
    let (v, n) = (args.get(0), args.get(1));
    if plain_int(n) {
        return Ok(Value::int(holds(cx, this(v), as_int(n))? as i64));
    }
    let mut found = 0;
    ops::for_each(cx, v, &mut |item| {
        found += ops::eq(cx, item, n)? as i64;
        Ok(true)
    })?;
    Ok(Value::int(found))
}

fn index(cx: &Cx, args: Args) -> Res {
    let (v, n) = (args.get(0), args.get(1));
    let range = this(v);
    if plain_int(n) {
        let n = as_int(n);
        if holds(cx, range, n)? {
            let offset = arith(cx, BinOp::Sub, n, range.start.or_none())?;
            return arith(cx, BinOp::FloorDiv, offset, range.step.or_none());
        }
        return raise!(cx, VALUE_ERROR, "range.index(x): x not in range");
    }
    let (mut at, mut found) = (0, None);
    ops::for_each(cx, v, &mut |item| {
        if ops::eq(cx, item, n)? {
            found = Some(at);
        }
        at += 1;
        Ok(found.is_none())
    })?;
    match found {
        Some(at) => Ok(Value::int(at)),
        None => raise!(cx, VALUE_ERROR, "sequence.index(x): x not in sequence"),
    }
}

fn reduce(cx: &Cx, args: Args) -> Res {
    let parts = cx.new_tuple(&this(args.get(0)).parts())?;
    Ok(cx.new_tuple(&[iters::RANGE.get().value(), parts.value()])?.value())
}

/// An iterator from `start`, of `len` numbers by `step`.
fn iterator(cx: &Cx, start: Value, step: Value, len: Value) -> Res {
    if let (Some(a), Some(s), Some(n)) = (start.as_small(), step.as_small(), len.as_small())
        && let Some(stop) = s.checked_mul(n).and_then(|span| a.checked_add(span))
        && [a, s, stop].iter().all(|n| n.unsigned_abs() < RANGE_LIMIT as u64)
    {
        return cx.new_range_iter(a, stop, s);
    }
    let it: Ref<LongIter> = cx.alloc_instance(LONG_CELL.get(), 0)?;
    it.start.init(start);
    it.step.init(step);
    it.len.init(len);
    Ok(it.value())
}

fn iter(cx: &Cx, v: Value) -> Res {
    let range = this(v);
    iterator(cx, range.start.or_none(), range.step.or_none(), range.len())
}

fn reversed(cx: &Cx, args: Args) -> Res {
    let range = this(args.get(0));
    let last = arith(cx, BinOp::Sub, range.len(), Value::int(1))?;
    let start = item(cx, range, last)?;
    let step = arith(cx, BinOp::Sub, Value::int(0), range.step.or_none())?;
    iterator(cx, start, step, range.len())
}

/// `range_iterator`.
pub static ITERATOR: TypeDef = TypeDef {
    name: "range_iterator",
    cell: &iters::RANGE_ITERATOR,
    layout: layout::RANGE_ITER,
    size: size_of::<RangeIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(iters::range_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", small_hint),
        method("__reduce__", "(self, /)", small_reduce),
        method("__setstate__", "(self, state, /)", small_setstate),
    ],
    ..TypeDef::DEFAULT
};

use crate::list::RELAXED;

fn small(v: Value) -> Ref<RangeIter> {
    // SAFETY: methods of `range_iterator` are called with its instances.
    unsafe { v.cast() }
}

fn small_hint(_: &Cx, args: Args) -> Res {
    Ok(Value::int(small(args.get(0)).remaining() as i64))
}

fn reduce_to(cx: &Cx, range: Value) -> Res {
    let args = cx.new_tuple(&[range])?;
    Ok(cx.new_tuple(&[builtin(cx, name!(cx, "iter"))?, args.value(), Value::NONE])?.value())
}

fn small_reduce(cx: &Cx, args: Args) -> Res {
    let it = small(args.get(0));
    let int = |n: &core::sync::atomic::AtomicI64| Value::int(n.load(RELAXED));
    reduce_to(cx, make(cx, int(&it.current), int(&it.stop), int(&it.step))?)
}

fn small_setstate(cx: &Cx, args: Args) -> Res {
    let it = small(args.get(0));
    let n = ops::to_i64(cx, args.get(1))?.max(0) as usize;
    let n = n.min(it.remaining()) as i64;
    it.current.store(it.current.load(RELAXED) + n * it.step.load(RELAXED), RELAXED);
    Ok(Value::NONE)
}

/// A `longrange_iterator`: the next number, the step, and how many are left, as Python ints.
#[repr(C)]
struct LongIter {
    header: Header,
    start: Slot,
    step: Slot,
    len: Slot,
}

// SAFETY: repr(C) with a Header first; every word after the header is a slot.
unsafe impl Object for LongIter {
    const LAYOUT: u16 = layout::WORDS;
}

static LONG_CELL: TypeCell = TypeCell::new();

/// `longrange_iterator`.
pub static LONG_ITERATOR: TypeDef = TypeDef {
    name: "longrange_iterator",
    cell: &LONG_CELL,
    layout: layout::WORDS,
    size: size_of::<LongIter>(),
    slots: Slots { iter: Some(own_iter), next: Some(long_next), ..Slots::NONE },
    methods: &[
        method("__length_hint__", "(self, /)", long_hint),
        method("__reduce__", "(self, /)", long_reduce),
        method("__setstate__", "(self, state, /)", long_setstate),
    ],
    ..TypeDef::DEFAULT
};

fn long(v: Value) -> Ref<LongIter> {
    // SAFETY: slots and methods of `longrange_iterator` are called with its instances.
    unsafe { v.cast() }
}

/// Moves on by `n` numbers.
fn advance(cx: &Cx, it: Ref<LongIter>, n: Value) -> Res<()> {
    let offset = arith(cx, BinOp::Mul, n, it.step.or_none())?;
    let start = arith(cx, BinOp::Add, it.start.or_none(), offset)?;
    let len = arith(cx, BinOp::Sub, it.len.or_none(), n)?;
    it.start.set(cx, it, start);
    it.len.set(cx, it, len);
    Ok(())
}

fn long_next(cx: &Cx, v: Value) -> Res<Option<Value>> {
    let it = long(v);
    if !less(cx, Value::int(0), it.len.or_none())? {
        return Ok(None);
    }
    let n = it.start.or_none();
    advance(cx, it, Value::int(1))?;
    Ok(Some(n))
}

fn long_hint(_: &Cx, args: Args) -> Res {
    Ok(long(args.get(0)).len.or_none())
}

fn long_reduce(cx: &Cx, args: Args) -> Res {
    let it = long(args.get(0));
    let (start, step) = (it.start.or_none(), it.step.or_none());
    let span = arith(cx, BinOp::Mul, it.len.or_none(), step)?;
    let stop = arith(cx, BinOp::Add, start, span)?;
    reduce_to(cx, make(cx, start, stop, step)?)
}

fn long_setstate(cx: &Cx, args: Args) -> Res {
    let it = long(args.get(0));
    let given = args.get(1);
    if !is_exact(given, &types::INT) {
        let class = ops::full_name(cx, class_of(given));
        return raise!(cx, TYPE_ERROR, "state must be an int, not {class}");
    }
    let mut n = exact_index(cx, given)?;
    if less(cx, n, Value::int(0))? {
        n = Value::int(0);
    } else if less(cx, it.len.or_none(), n)? {
        n = it.len.or_none();
    }
    advance(cx, it, n)?;
    Ok(Value::NONE)
}
