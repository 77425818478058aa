//! `x[i:j]` and `x[i:j] = y`: without a slice object for lists, tuples and strings.

use core::ops::Range;
use orochi_object::list::{self, PyList};
use orochi_object::prelude::*;
use orochi_object::slice::{Span, adjust};

/// What `x[start:stop]` gives.
///
/// # Errors
/// What getting the item of a slice raises.
pub(crate) fn get(cx: &Cx, x: Value, start: Value, stop: Value) -> Res {
    if let Some(bounds) = Bounds::of(start, stop) {
        if types::is_exact(x, &types::LIST) {
            // SAFETY: the class says so.
            let list: Ref<PyList> = unsafe { x.cast() };
            let (array, len) =
                list.read(cx, |items| list::copy(cx, &items[bounds.within(items.len())]))?;
            return Ok(cx.list_from_array(array, len)?.value());
        }
        if types::is_exact(x, &types::STR) {
            // SAFETY: the class says so.
            let text: Ref<PyStr> = unsafe { x.cast() };
            return Ok(cx.str_part(text, bounds.within(text.len()))?.value());
        }
        if types::is_exact(x, &types::TUPLE) {
            // SAFETY: the class says so.
            let tuple: Ref<PyTuple> = unsafe { x.cast() };
            let range = bounds.within(tuple.len());
            return match range.len() == tuple.len() {
                true => Ok(x),
                false => Ok(cx.new_tuple(&tuple.values()[range])?.value()),
            };
        }
    }
    let slice = cx.new_slice(start, stop, Value::NONE)?;
    ops::getitem(cx, x, slice.value())
}

/// What `x[start:stop:step]` gives.
///
/// # Errors
/// What getting the item of a slice raises.
pub(crate) fn get_stepped(cx: &Cx, x: Value, [start, stop, step]: [Value; 3]) -> Res {
    if let Some(bounds) = Bounds::of(start, stop)
        && let Some(step) = step.as_small().filter(|step| *step != 0)
        && types::is_exact(x, &types::LIST)
    {
        // SAFETY: the class says so.
        let list: Ref<PyList> = unsafe { x.cast() };
        let (array, len) =
            list.read(cx, |items| list::picked(cx, items, bounds.span(step, items.len())))?;
        return Ok(cx.list_from_array(array, len)?.value());
    }
    let slice = cx.new_slice(start, stop, step)?;
    ops::getitem(cx, x, slice.value())
}

/// `x[start:stop] = value`.
///
/// # Errors
/// What setting the item of a slice raises.
pub(crate) fn set(cx: &Cx, x: Value, start: Value, stop: Value, value: Value) -> Res<()> {
    if let Some(bounds) = Bounds::of(start, stop)
        && types::is_exact(x, &types::LIST)
        && types::is_exact(value, &types::LIST)
    {
        // SAFETY: the classes say so.
        let (list, value): (Ref<PyList>, Ref<PyList>) = unsafe { (x.cast(), value.cast()) };
        return value.with_items(cx, |items| {
            list.edit(cx, |edit| {
                let range = bounds.within(edit.len());
                edit.splice(range.start, range.end, items)
            })
        });
    }
    let slice = cx.new_slice(start, stop, Value::NONE)?;
    ops::setitem(cx, x, slice.value(), value)
}

/// The bounds of a slice that are None or small ints.
#[derive(Clone, Copy)]
struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
}

impl Bounds {
    fn of(start: Value, stop: Value) -> Option<Bounds> {
        let known = |v: Value| v.is_none() || v.is_small();
        (known(start) && known(stop))
            .then(|| Bounds { start: start.as_small(), stop: stop.as_small() })
    }

    /// The positions that these bounds mean with this step in a sequence of this length.
    fn span(self, step: i64, len: usize) -> Span {
        let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let (start, stop) =
            (self.start.map_or(first, |i| i as isize), self.stop.map_or(last, |i| i as isize));
        adjust(start, stop, step as isize, len)
    }

    /// The positions that these bounds mean in a sequence of this length.
    fn within(self, len: usize) -> Range<usize> {
        let place = |bound: i64| {
            let bound = if bound < 0 { bound.saturating_add(len as i64).max(0) } else { bound };
            (bound as usize).min(len)
        };
        let start = self.start.map_or(0, place);
        start..self.stop.map_or(len, place).max(start)
    }
}
