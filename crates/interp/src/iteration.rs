//! Iteration and unpacking.

use core::sync::atomic::Ordering;
use orochi_bytecode::{CodeUnit, Instr, Op};
use orochi_object::iters;
use orochi_object::prelude::*;
use orochi_object::slots::Pair;
use orochi_runtime::frame::Frame;
use orochi_runtime::generator::PyGen;

/// What the fast path found.
pub(crate) enum Fast {
    Item(Value),
    Done,
    /// A generator, to be resumed in this loop.
    Generator(Ref<PyGen>),
    Slow,
}

/// The next item of an iterator the interpreter knows by layout.
#[inline(always)]
pub(crate) fn fast_next(_cx: &Cx, iterator: Value) -> Fast {
    match iters::native_next(iterator) {
        Some(Some(value)) => Fast::Item(value),
        Some(None) => Fast::Done,
        None => match iterator.downcast::<PyGen>() {
            Some(generator) if is_exact(iterator, &types::GENERATOR) => Fast::Generator(generator),
            _ => Fast::Slow,
        },
    }
}

/// Stands for an item whose two parts are in their registers already, from a loop of machine code to the instruction that
/// unpacks it: the form of an immediate, and none of them.
pub const IN_PARTS: u64 = 0x7ffc;

/// What came of having an item and its unpacking in one. A whole word for the reason of [`crate::invoke::Called`].
#[repr(u64)]
pub(crate) enum Unpacked {
    /// The two parts are in their registers; the instruction that unpacks is done.
    Stored,
    Done,
    /// It is no such loop.
    Other,
}

/// Whether the first instruction of a loop's body unpacks the loop's item, in register `item`, into two and nobody reads it
/// again: variables, which may be read again, are the first registers.
pub fn unpacks_pair(unit: &CodeUnit, then: Instr, item: u16) -> bool {
    let unpacks = then.op == Op::UnpackSequence as u16 && then.b == item && then.c == 2;
    unpacks && item as usize >= unit.varnames.len()
}

/// The next item of an iterator of pairs, of a loop over two variables: `then`, the first instruction of the body,
/// unpacks register `item` of the window at `base`. No tuple is made.
#[inline]
pub(crate) fn next_pair(
    cx: &Cx,
    iterator: Value,
    fp: *const Frame,
    item: u16,
    then: Instr,
    base: *mut u64,
) -> Res<Unpacked> {
    // SAFETY: the running frame.
    if !unpacks_pair(unsafe { (*fp).code.unit() }, then, item) {
        return Ok(Unpacked::Other);
    }
    // SAFETY: the group of two registers lies within the window.
    pair_of(cx, iterator, unsafe { base.add(then.a as usize) })
}

/// The parts of the next item of an iterator of pairs, stored in the two registers from `to` on.
#[inline]
pub(crate) fn pair_of(cx: &Cx, iterator: Value, to: *mut u64) -> Res<Unpacked> {
    // What is met most is known by its layout.
    if let Some(dict) = iterator.downcast::<iters::DictIter>() {
        return stored(cx, iters::next_items(cx, dict)?, to);
    }
    let class = class_of(iterator);
    let Some(pair) = class.slots.pair().filter(|_| !class.has_flag(flag::HEAPTYPE)) else {
        return Ok(Unpacked::Other);
    };
    stored(cx, pair(cx, iterator).or_else(|raised| ops::ended(cx, raised).map(|_| Pair::End))?, to)
}

#[inline(always)]
fn stored(cx: &Cx, pair: Pair, to: *mut u64) -> Res<Unpacked> {
    match pair {
        Pair::Both(first, second) => {
            // SAFETY: the group of two registers lies within the window.
            unsafe {
                *to = first.word();
                *to.add(1) = second.word();
            }
            Ok(Unpacked::Stored)
        }
        Pair::End => {
            cx.stop_value.clear();
            Ok(Unpacked::Done)
        }
        Pair::Other => Ok(Unpacked::Other),
    }
}

/// The next item of any iterator.
#[inline(never)]
pub(crate) fn next(cx: &Cx, iterator: Value) -> Res<Option<Value>> {
    let item = match class_of(iterator).slots.next() {
        Some(next) => next(cx, iterator).or_else(|raised| ops::ended(cx, raised))?,
        None => ops::next(cx, iterator)?,
    };
    if item.is_none() {
        cx.stop_value.clear();
    }
    Ok(item)
}

/// `iter(v)`.
#[inline(never)]
pub(crate) fn get_iter(cx: &Cx, v: Value) -> Res {
    if v.downcast::<PyGen>().is_some() && is_exact(v, &types::GENERATOR) {
        return Ok(v);
    }
    let iterator = ops::iter(cx, v)?;
    if is_exact(v, &iters::RANGE)
        && let Some(own) = iterator.downcast::<iters::RangeIter>()
    {
        own.own.store(1, Ordering::Relaxed);
    }
    Ok(iterator)
}

/// The iterator of one loop, of its own, over small numbers.
pub(crate) fn own_range(cx: &Cx, start: i64, stop: i64) -> Res {
    let iterator = cx.new_range_iter(start, stop, 1)?;
    if let Some(own) = iterator.downcast::<iters::RangeIter>() {
        own.own.store(1, Ordering::Relaxed);
    }
    Ok(iterator)
}

/// When a generator has yielded to the instruction before `pc`: the offset of the back edge, if
/// that is the bottom of a loop.
#[inline(always)]
pub(crate) fn loop_back(pc: *const Instr) -> Option<i16> {
    // SAFETY: the frame resumed the generator by the instruction before `pc`.
    let i = unsafe { *pc.sub(1) };
    (i.op == Op::ForLoop as u16).then(|| i.imm_c())
}

/// Unpacks an exact tuple of `n` items to `to`; false if it is anything else.
#[inline(always)]
pub(crate) fn unpack_row(v: Value, n: usize, to: *mut u64) -> bool {
    if !is_exact(v, &types::TUPLE) {
        return false;
    }
    // SAFETY: an exact tuple.
    let row: Ref<PyTuple> = unsafe { v.cast() };
    if row.len() != n {
        return false;
    }
    for (i, item) in row.values().iter().enumerate() {
        // SAFETY: the group of n registers lies within the window.
        unsafe { *to.add(i) = item.word() };
    }
    true
}

/// Unpacks exactly `n` items to `to`.
pub(crate) fn unpack(cx: &Cx, v: Value, n: usize, to: *mut u64) -> Res<()> {
    if v.word() == IN_PARTS || unpack_row(v, n, to) {
        return Ok(());
    }
    // SAFETY: the group of n registers lies within the window.
    let put = |i: usize, item: Value| unsafe { *to.add(i) = item.word() };
    if is_exact(v, &types::LIST)
        && let Some(list) = v.downcast::<PyList>()
    {
        let got = list.read(cx, |items| {
            if items.len() == n {
                items.iter().enumerate().for_each(|(i, item)| put(i, item.or_none()));
            }
            Ok(items.len())
        })?;
        return if got == n { Ok(()) } else { wrong_count(cx, n, got) };
    }
    if is_exact(v, &types::TUPLE)
        && let Some(items) = v.downcast::<PyTuple>()
    {
        return wrong_count(cx, n, items.len());
    }
    let list = take(cx, v, n + 1)?;
    if list.len() < n {
        return wrong_count(cx, n, list.len());
    }
    if list.len() > n {
        if let Some(dict) = v.downcast::<PyDict>().filter(|_| is_exact(v, &types::DICT)) {
            return wrong_count(cx, n, dict.len());
        }
        return raise!(cx, VALUE_ERROR, "too many values to unpack (expected {n})");
    }
    list.snapshot(cx)?.values().iter().enumerate().for_each(|(i, item)| put(i, *item));
    Ok(())
}

fn wrong_count(cx: &Cx, wanted: usize, got: usize) -> Res<()> {
    if got > wanted {
        return raise!(cx, VALUE_ERROR, "too many values to unpack (expected {wanted}, got {got})");
    }
    raise!(cx, VALUE_ERROR, "not enough values to unpack (expected {wanted}, got {got})")
}

/// At most `most` items of an iterable, in a list.
fn take(cx: &Cx, v: Value, most: usize) -> Res<Ref<PyList>> {
    let iterator = match ops::iter(cx, v) {
        Ok(iterator) => iterator,
        Err(raised)
            if raised.is(&exception::TYPE_ERROR)
                && class_of(v).slots.iter().is_none()
                && class_of(v).slots.getitem().is_none() =>
        {
            return raise!(
                cx,
                TYPE_ERROR,
                "cannot unpack non-iterable {} object",
                class_of(v).display_name()
            );
        }
        Err(raised) => return Err(raised),
    };
    let list = cx.new_list(&[])?;
    while list.len() < most {
        match ops::next(cx, iterator)? {
            Some(item) => list.push(cx, item)?,
            None => {
                cx.stop_value.clear();
                break;
            }
        }
    }
    Ok(list)
}

/// `a, *b, c = v`.
pub(crate) fn unpack_ex(cx: &Cx, v: Value, before: usize, after: usize, to: *mut u64) -> Res<()> {
    let items = match v.downcast::<PyTuple>().filter(|_| is_exact(v, &types::TUPLE)) {
        Some(items) => items,
        None => match v.downcast::<PyList>().filter(|_| is_exact(v, &types::LIST)) {
            Some(list) => list.snapshot(cx)?,
            None => take(cx, v, usize::MAX)?.snapshot(cx)?,
        },
    };
    let values = items.values();
    if values.len() < before + after {
        return raise!(
            cx,
            VALUE_ERROR,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            values.len()
        );
    }
    let rest = cx.new_list(&values[before..values.len() - after])?;
    let all = values[..before]
        .iter()
        .copied()
        .chain([rest.value()])
        .chain(values[values.len() - after..].iter().copied());
    for (i, item) in all.enumerate() {
        // SAFETY: the group of before + 1 + after registers lies within the window.
        unsafe { *to.add(i) = item.word() };
    }
    Ok(())
}
