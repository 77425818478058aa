//! How the array of a list grows.
//!
//! 1. An array cannot grow in place, as readers have it (rule 1 of `list`): its items are copied to a larger one.
//! 2. A huge array is copied slice by slice, and the collector's knowledge goes with the items ([`Mutator::inherit`]): the next
//!    nursery collection reads little of it. The array that was replaced is left to the next collection.
//! 3. [`Ref::<PyList>::append`] copies a huge array without the list's lock and polls after each slice, so that no stop of the
//!    world waits for it. Whether somebody changed the list meanwhile is told by the array's version; then, or
//!    while another thread is at it, the array grows under the lock. Who copies has set `COPIED` in the version, with the
//!    lock held; it stays for good.
//!
//! [`Mutator::inherit`]: orochi_heap::Mutator::inherit

use super::{Array, Edit, PyList};
use crate::cx::Cx;
use crate::error::Res;
use crate::object::Ref;
use crate::slot::Slot;
use crate::value::Value;
use core::sync::atomic::{Ordering, fence};
use orochi_heap::{Header, MIN_SUCCESSION};

/// From so many cells on an array is huge.
const HUGE: usize = MIN_SUCCESSION / size_of::<Slot>();

/// So many cells are copied between two polls.
const SLICE: usize = 1 << 13;

/// Bit of an array's version: rule 3.
const COPIED: u64 = 1 << 63;

/// From so many items on arrays grow by a quarter: what is not used of them takes no memory, and each growth of an old one is work.
const LARGE: usize = 1 << 16;

/// The capacity of an array that has to grow to so many items: an eighth more, as CPython's lists, or a quarter.
pub(super) fn room_for(wanted: usize) -> usize {
    let more = if wanted < LARGE { wanted >> 3 } else { wanted >> 2 };
    wanted.saturating_add(more).saturating_add(6) & !3
}

/// A new array of the first `len` items and room for as many again, for a list in the making: arrays cannot grow in place, so that
/// to grow by an eighth would mean to copy each item eight times. In the end it is [`trimmed`].
pub(crate) fn doubled(cx: &Cx, array: Ref<Array>, len: usize) -> Res<Ref<Array>> {
    replacement(cx, array, room_for(len.max(4) * 2), len)
}

/// The array, or a smaller one of its first `len` cells if it has more room than a list that has grown to that length.
pub(crate) fn trimmed(cx: &Cx, array: Ref<Array>, len: usize) -> Res<Ref<Array>> {
    if array.capacity <= room_for(len) { Ok(array) } else { replacement(cx, array, len, len) }
}

/// A new array of the first `len` items of one that nobody else has or changes, with polls in between.
fn replacement(cx: &Cx, array: Ref<Array>, capacity: usize, len: usize) -> Res<Ref<Array>> {
    if capacity < HUGE {
        return Array::with_items(cx, capacity, &array.cells()[..len], &[]);
    }
    let larger = Successor::new(cx, array, capacity)?;
    larger.copy(cx, len, |_| {
        cx.poll();
        true
    });
    // SAFETY: nobody else has the array, and who called forgets it.
    unsafe { cx.mutator.retire_large(array.header_ptr()) };
    Ok(larger.new)
}

/// A huge array that is to take the place of another one.
struct Successor {
    old: Ref<Array>,
    new: Ref<Array>,
}

impl Successor {
    fn new(cx: &Cx, old: Ref<Array>, capacity: usize) -> Res<Successor> {
        let new = Array::new(cx, capacity)?;
        // SAFETY: fresh, zeroed, and large enough. Arrays have no shape.
        unsafe { cx.mutator.begin_succession(new.header_ptr()) };
        Ok(Successor { old, new })
    }

    /// Copies the first `len` items; false if `go_on`, which is asked after each slice, no longer says so.
    fn copy(&self, cx: &Cx, len: usize, mut go_on: impl FnMut(&Successor) -> bool) -> bool {
        let place = |i: usize| size_of::<Array>() - size_of::<Header>() + i * size_of::<Slot>();
        let (from, to) = (self.old.cells_static(), self.new.cells_static());
        (0..len).step_by(SLICE).all(|start| {
            let end = len.min(start + SLICE);
            for (to, from) in to[start..end].iter().zip(&from[start..end]) {
                to.init_opt(from.get());
            }
            let copied = place(start)..place(end);
            // SAFETY: two arrays, of which these bytes were just copied.
            unsafe { cx.mutator.inherit(self.old.header_ptr(), self.new.header_ptr(), copied) };
            go_on(self)
        })
    }
}

impl Edit<'_> {
    #[cold]
    pub(super) fn grow(&self, wanted: usize) -> Res<()> {
        let (room, len) = (room_for(wanted), self.len());
        match self.array() {
            Some(old) if room >= HUGE => {
                let larger = Successor::new(self.cx, old, room)?;
                larger.copy(self.cx, len, |_| true);
                self.put_successor(larger);
            }
            _ => self.set_array(Array::with_items(self.cx, room, &self.cells()[..len], &[])?),
        }
        Ok(())
    }

    fn put_successor(&self, larger: Successor) {
        self.set_array(larger.new);
        // SAFETY: the list alone referred to its array.
        unsafe { self.cx.mutator.retire_large(larger.old.header_ptr()) };
    }
}

impl Ref<PyList> {
    /// As [`Ref::<PyList>::push`], with polls where a huge array has to grow (rule 3).
    #[inline]
    pub fn append(self, cx: &Cx, value: Value) -> Res<()> {
        let done = self.edit(cx, |edit| {
            if edit.len() >= HUGE && edit.len() == edit.cells().len() {
                return Ok(false);
            }
            edit.push(value).map(|()| true)
        })?;
        if done { Ok(()) } else { self.append_to_full(cx, value) }
    }

    #[cold]
    #[inline(never)]
    fn append_to_full(self, cx: &Cx, value: Value) -> Res<()> {
        self.grow_unlocked(cx)?;
        self.push(cx, value)
    }

    /// Makes room in a full list, if nothing keeps it from that.
    fn grow_unlocked(self, cx: &Cx) -> Res<()> {
        let Some((old, version)) = self.edit(cx, |edit| edit.begin_copying()) else {
            return Ok(());
        };
        let is_same = || {
            fence(Ordering::Acquire);
            old.version.load(Ordering::Relaxed) == version
        };
        let len = old.capacity;
        let larger = Successor::new(cx, old, room_for(len + 1))?;
        let copied = larger.copy(cx, len, |larger| {
            let same = is_same();
            if !same {
                // What was copied last may lack its card.
                // SAFETY: a live object.
                unsafe { cx.mutator.remember(larger.new.header_ptr()) };
            }
            cx.poll();
            same
        });
        if copied {
            self.edit(cx, |edit| {
                if is_same() && edit.array().is_some_and(|now| now.value().is(old.value())) {
                    edit.put_successor(larger);
                }
            });
        }
        Ok(())
    }
}

impl Edit<'_> {
    /// The array, which is full, and its version from now on; `None` if it is not, or if another thread copies or has copied it.
    fn begin_copying(&self) -> Option<(Ref<Array>, u64)> {
        let array = self.array().filter(|array| self.len() == array.capacity)?;
        let version = array.version.load(Ordering::Relaxed);
        if version & (COPIED | 1) != 0 {
            return None;
        }
        array.version.store(version | COPIED, Ordering::Release);
        Some((array, version | COPIED))
    }
}
