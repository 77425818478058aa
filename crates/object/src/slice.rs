//! `slice` objects: immutable.

use crate::cx::Cx;
use crate::error::Res;
use crate::layout;
use crate::object::Ref;
use crate::ops;
use crate::raise;
use crate::slot::Slot;
use crate::types;
use crate::value::Value;
use orochi_heap::Header;

/// A `slice`.
#[repr(C)]
pub struct PySlice {
    pub header: Header,
    pub start: Slot,
    pub stop: Slot,
    pub step: Slot,
}
crate::trace!(PySlice, layout::SLICE, [start, stop, step]);

/// A slice applied to a length: `count` indices from `start` by `step`.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl Cx {
    pub fn new_slice(&self, start: Value, stop: Value, step: Value) -> Res<Ref<PySlice>> {
        let slice: Ref<PySlice> = self.alloc_instance(types::SLICE.get(), 0)?;
        slice.start.init(start);
        slice.stop.init(stop);
        slice.step.init(step);
        Ok(slice)
    }
}

impl Ref<PySlice> {
    /// Start, stop and step as numbers, clamped to `isize` (CPython's `PySlice_Unpack`).
    pub fn unpack(self, cx: &Cx) -> Res<(isize, isize, isize)> {
        let step = match self.step.or_none().non_none() {
            None => 1,
            Some(step) => ops::slice_index(cx, step)?.max(-isize::MAX),
        };
        if step == 0 {
            return raise!(cx, VALUE_ERROR, "slice step cannot be zero");
        }
        let start = match self.start.or_none().non_none() {
            None if step < 0 => isize::MAX,
            None => 0,
            Some(start) => ops::slice_index(cx, start)?,
        };
        let stop = match self.stop.or_none().non_none() {
            None if step < 0 => isize::MIN,
            None => isize::MAX,
            Some(stop) => ops::slice_index(cx, stop)?,
        };
        Ok((start, stop, step))
    }

    /// The indices the slice picks from a sequence of `len` items. The length is asked for after
    /// `__index__` has run, as it may change it: pass it as a closure.
    pub fn span(self, cx: &Cx, len: impl FnOnce() -> usize) -> Res<Span> {
        let (start, stop, step) = self.unpack(cx)?;
        Ok(adjust(start, stop, step, len()))
    }
}

/// Clamps a slice to a length (CPython's `PySlice_AdjustIndices`).
pub fn adjust(start: isize, stop: isize, step: isize, len: usize) -> Span {
    let len = len as isize;
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let clamp = |i: isize| if i < 0 { (i.saturating_add(len)).max(low) } else { i.min(high) };
    let (start, stop) = (clamp(start), clamp(stop));
    let distance = if step < 0 { start.saturating_sub(stop) } else { stop.saturating_sub(start) };
    let count = match (distance.max(0) as usize, step.unsigned_abs()) {
        // A division takes longer than all the rest.
        (distance, 1) => distance,
        (0, _) | (_, 0) => 0,
        (distance, step) => (distance - 1) / step + 1,
    };
    Span { start, stop, step, count }
}
