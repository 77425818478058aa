//! Sorting: `list.sort` and `sorted`.
//!
//! What is sorted is a row of indices; the values stay in heap arrays, so that comparisons may run
//! Python code.

use crate::list;
use crate::powersort::powersort;
use crate::sort_native::{native_less, native_order};
use orochi_object::error::memory_error;
use orochi_object::list::{Array, PyList as List, copy};
use orochi_object::prelude::*;

/// `list.sort`.
pub(crate) fn list_sort(cx: &Cx, args: Args) -> Res {
    let reverse = match args.opt(2) {
        Some(reverse) => ops::truth(cx, reverse)?,
        None => false,
    };
    sort(cx, list::this(args.get(0)), args.non_none(1), reverse)?;
    Ok(Value::NONE)
}

/// Sorts a list in place, stably. That is atomic where keys are native; else the list is empty
/// while it is being sorted.
///
/// # Errors
/// What a comparison or `key` raises (the list then holds its items in some order); ValueError if
/// the list was changed meanwhile.
pub fn sort(cx: &Cx, list: Ref<List>, key: Option<Value>, reverse: bool) -> Res<()> {
    if key.is_none() && sort_native(cx, list, reverse)? {
        return Ok(());
    }
    // An array of its own marks the list as untouched.
    let marker = Array::new(cx, 0)?;
    let (taken, len) = list.edit(cx, |edit| {
        let taken = edit.take_all();
        edit.put_array(Some(marker), 0);
        taken
    });
    let (result, error) = match taken {
        Some(array) => match sort_array(cx, array, len, key, reverse) {
            (sorted, Ok(())) => (Some(sorted), None),
            (some_order, Err(raised)) => (Some(some_order), Some(raised)),
        },
        None => (None, None),
    };
    let changed = list.edit(cx, |edit| {
        let (now, now_len) = edit.take_all();
        edit.put_array(result, len);
        now != Some(marker) || now_len != 0
    });
    match error {
        Some(raised) => Err(raised),
        None if changed => raise!(cx, VALUE_ERROR, "list modified during sort"),
        None => Ok(()),
    }
}

/// How often a list that others keep changing is sorted from outside its lock.
const TRIES: usize = 3;

/// Sorts a list whose items all compare without Python code; false if they do not. What is sorted
/// is a copy, which replaces the content if that is still the same.
fn sort_native(cx: &Cx, list: Ref<List>, reverse: bool) -> Res<bool> {
    if list.read(cx, |items| Ok(are_sorted(items, reverse)))? {
        return Ok(true);
    }
    for _ in 0..TRIES {
        let (items, len) = list.read(cx, |items| copy(cx, items))?;
        let Some(order) = native_order(Some(cx), items, len, reverse) else { return Ok(len == 0) };
        let sorted = in_order(cx, items, order)?;
        let same = list.edit(cx, |edit| {
            let is_same = |(i, cell): (usize, &Slot)| cell.get() == edit.get(i);
            let same = edit.len() == len && items.cells().iter().enumerate().all(is_same);
            if same {
                edit.replace_items(sorted);
            }
            same
        });
        if same {
            return Ok(true);
        }
    }
    list.edit(cx, |edit| {
        let (items, len) = edit.copy_items()?;
        let Some(order) = native_order(None, items, len, reverse) else { return Ok(len == 0) };
        edit.replace_items(in_order(cx, items, order)?);
        Ok(true)
    })
}

/// Whether the items are numbers that are in order already.
fn are_sorted(items: &[Slot], reverse: bool) -> bool {
    let (before, after) = if reverse { (1, 0) } else { (0, 1) };
    items.windows(2).all(|pair| match (pair[before].get(), pair[after].get()) {
        (Some(a), Some(b)) => match (a.as_small(), b.as_small()) {
            (Some(a), Some(b)) => a <= b,
            _ => a.as_inline_float().zip(b.as_inline_float()).is_some_and(|(a, b)| a <= b),
        },
        _ => false,
    })
}

/// A new array of the items in this order.
fn in_order(cx: &Cx, items: Ref<Array>, order: Vec<usize>) -> Res<Ref<Array>> {
    let sorted = Array::new(cx, order.len())?;
    let from = items.cells();
    for (to, at) in sorted.cells().iter().zip(order) {
        to.init_opt(from[at].get());
    }
    Ok(sorted)
}

fn sort_array(
    cx: &Cx,
    items: Ref<Array>,
    len: usize,
    key: Option<Value>,
    reverse: bool,
) -> (Ref<Array>, Res<()>) {
    let keys = match key {
        None => items,
        Some(key) => match keys_of(cx, items, len, key) {
            Ok(keys) => keys,
            Err(raised) => return (items, Err(raised)),
        },
    };
    let (order, result) = match native_order(Some(cx), keys, len, reverse) {
        Some(order) => (order, Ok(())),
        None => match python_order(cx, keys, len, reverse) {
            Ok(sorted) => sorted,
            Err(raised) => return (items, Err(raised)),
        },
    };
    match in_order(cx, items, order) {
        Ok(sorted) => (sorted, result),
        Err(raised) => (items, Err(raised)),
    }
}

fn keys_of(cx: &Cx, items: Ref<Array>, len: usize, key: Value) -> Res<Ref<Array>> {
    let keys = Array::new(cx, len)?;
    for (to, item) in keys.cells().iter().zip(&items.cells()[..len]) {
        cx.poll();
        to.set(cx, keys, ops::call_one(cx, key, item.or_none())?);
    }
    Ok(keys)
}

/// The order by Python's `<`; on an error, some order.
fn python_order(
    cx: &Cx,
    keys: Ref<Array>,
    len: usize,
    reverse: bool,
) -> Res<(Vec<usize>, Res<()>)> {
    let cells = &keys.cells()[..len];
    let (mut order, mut scratch) = (Vec::new(), Vec::new());
    if order.try_reserve_exact(len).and_then(|()| scratch.try_reserve_exact(len / 2)).is_err() {
        return Err(memory_error(cx));
    }
    order.extend(0..len);
    if reverse {
        order.reverse();
    }
    let mut less = |a: usize, b: usize| -> Res<bool> {
        cx.poll();
        let (x, y) = (cells[a].or_none(), cells[b].or_none());
        if let Some(less) = native_less(x, y) {
            return Ok(less);
        }
        let result = ops::compare(cx, x, y, CmpOp::Lt)?;
        ops::truth(cx, result)
    };
    let result = powersort(&mut order, &mut scratch, &mut less);
    if reverse {
        order.reverse();
    }
    Ok((order, result))
}
