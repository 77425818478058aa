//! `list` objects.
//!
//! Rules:
//! 1. Readers take no lock. The array holds its own capacity; cells at or past the length are
//!    UNSET; an array that has been replaced stays readable (memory is traced).
//! 2. Writers hold the list's object lock. An item is stored before the length that covers it; a
//!    grown array is published before the length that needs it.
//! 3. A reader loads the length, then the array, then the cell; an UNSET cell means that the index
//!    was out of range at that moment.
//! 4. Code run under the lock allocates at most; it never polls or calls Python.
//! 5. The array a writer works on has an odd version meanwhile and a higher even one afterwards; one
//!    that was replaced stays odd. A reader of several items ([`Ref::<PyList>::read`]) who finds the
//!    same array with the same even version before and after has seen one moment, without the lock:
//!    threads that copy the same list do not write to it.

mod carried;
mod growth;

pub(crate) use growth::{doubled, trimmed};

use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::seeded;
use crate::slice::Span;
use crate::slot::Slot;
use crate::tuple::PyTuple;
use crate::types::{self, PyType};
use crate::value::Value;
use core::cell::Cell;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use orochi_heap::{Header, Tracer};

/// How often a reader of several items tries before it takes the lock.
const READS: usize = 4;

/// Of so many neighbouring cells one barrier does for all, with one for the very first cell: a card of the heap covers as many.
const BARRIER_SPAN: usize = orochi_heap::CARD / size_of::<Slot>();

/// A `list`.
#[repr(C)]
pub struct PyList {
    pub header: Header,
    array: Slot,
    len: AtomicUsize,
}
crate::trace!(PyList, layout::LIST, [array]);

/// A row of slots of fixed capacity; internal.
#[repr(C)]
pub struct Array {
    header: Header,
    capacity: usize,
    /// Rule 5.
    version: AtomicU64,
}

// SAFETY: repr(C) with a Header first; all words after the struct are slots.
unsafe impl Object for Array {
    const LAYOUT: u16 = layout::ARRAY;
}

/// The heap layout of arrays.
pub const ARRAY_LAYOUT: layout::HeapLayout = layout::HeapLayout {
    name: "array",
    trace: Some(trace_array),
    trace_range: Some(trace_array_range),
    drop: None,
};

/// # Safety
/// Called by the collector with an array.
unsafe fn trace_array(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: all words after the struct are slots.
    unsafe { layout::visit_rest(header, size_of::<Array>(), tracer) }
}

/// # Safety
/// As [`layout::trace_word_range`], for an array.
unsafe fn trace_array_range(header: *mut Header, start: usize, end: usize, tracer: &mut Tracer) {
    let first = size_of::<Array>() - size_of::<Header>();
    // SAFETY: words after the struct are slots.
    unsafe { layout::trace_word_range(header, start.max(first), end, tracer) }
}

impl Array {
    /// Offsets for generated code.
    pub const CAPACITY_OFFSET: usize = core::mem::offset_of!(Array, capacity);
    pub const VERSION_OFFSET: usize = core::mem::offset_of!(Array, version);
    pub const CELLS_OFFSET: usize = size_of::<Array>();

    /// A new array of `capacity` UNSET cells.
    pub fn new(cx: &Cx, capacity: usize) -> Res<Ref<Array>> {
        if capacity > isize::MAX as usize / 16 {
            return Err(memory_error(cx));
        }
        let array = cx.alloc_internal::<Array>(capacity * 8)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*array.as_ptr()).capacity = capacity };
        Ok(array)
    }

    /// A new array of `capacity` cells, of which the first ones get `head` and `tail`.
    fn with_items(cx: &Cx, capacity: usize, head: &[Slot], tail: &[Slot]) -> Res<Ref<Array>> {
        let used = head.len() + tail.len();
        if capacity > isize::MAX as usize / 16 || capacity < used {
            return Err(memory_error(cx));
        }
        let array = cx.alloc_internal_unzeroed::<Array>(capacity * 8)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*array.as_ptr()).capacity = capacity };
        let (filled, rest) = array.cells().split_at(used);
        let (first, second) = filled.split_at(head.len());
        for (cells, items) in [(first, head), (second, tail)] {
            for (to, from) in cells.iter().zip(items) {
                to.init_opt(from.get());
            }
        }
        rest.iter().for_each(Slot::clear);
        Ok(array)
    }

    #[inline(always)]
    pub fn cells(&self) -> &[Slot] {
        // SAFETY: `capacity` slots follow the struct.
        unsafe {
            let first = (self as *const Array).add(1).cast::<Slot>();
            core::slice::from_raw_parts(first, self.capacity)
        }
    }
}

impl Array {
    /// A writer is about to change the array or the length of its list: rule 5.
    #[inline(always)]
    fn begin(&self) {
        self.version.store(self.version.load(Ordering::Relaxed) | 1, Ordering::Relaxed);
        fence(Ordering::Release);
    }
    /// The writer is done.
    #[inline(always)]
    fn end(&self) {
        self.version.store(self.version.load(Ordering::Relaxed) + 1, Ordering::Release);
    }
}

impl Ref<Array> {
    /// The cells, borrowed for as long as the caller keeps this `Ref` on its stack.
    #[inline(always)]
    pub fn cells_static<'a>(self) -> &'a [Slot] {
        // SAFETY: as `cells`; arrays do not move while on a scanned stack.
        unsafe { core::slice::from_raw_parts(self.as_ptr().add(1).cast(), self.capacity) }
    }
}

impl PyList {
    /// Offsets for generated code.
    pub const ARRAY_OFFSET: usize = core::mem::offset_of!(PyList, array);
    pub const LEN_OFFSET: usize = core::mem::offset_of!(PyList, len);

    #[inline(always)]
    #[allow(clippy::len_without_is_empty, reason = "Python tests `len(l) == 0`")]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    #[inline(always)]
    fn cells<'a>(&self) -> &'a [Slot] {
        match self.array.get() {
            // SAFETY: `array` holds an Array or UNSET.
            Some(array) => unsafe { array.cast::<Array>() }.cells_static(),
            None => &[],
        }
    }

    /// The item at `i`, `None` if out of range. Lock-free.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        if i >= self.len() {
            return None;
        }
        self.cells().get(i)?.get()
    }

    /// The raw cells and length for bytecode handlers: rule 3 applies.
    #[inline(always)]
    pub fn read_cells<'a>(&self) -> (&'a [Slot], usize) {
        let len = self.len();
        let cells = self.cells();
        (cells, len.min(cells.len()))
    }
}

/// A list's content while its lock is held. Made by [`Ref::<PyList>::edit`].
pub struct Edit<'a> {
    cx: &'a Cx,
    list: Ref<PyList>,
    /// The array whose version is odd because of this edit.
    begun: Cell<Option<Ref<Array>>>,
}

impl Edit<'_> {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.list.len.load(Ordering::Relaxed)
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    #[inline(always)]
    fn cells(&self) -> &[Slot] {
        self.list.cells()
    }
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        self.cells().get(i)?.get()
    }
    fn array(&self) -> Option<Ref<Array>> {
        // SAFETY: `array` holds an Array or UNSET.
        self.list.array.get().map(|array| unsafe { array.cast() })
    }
    /// To be called before each change (rule 5) with the array that is changed.
    #[inline(always)]
    fn begin(&self, array: Ref<Array>) {
        if !self.begun.get().is_some_and(|begun| begun.value().is(array.value())) {
            array.begin();
            self.begun.set(Some(array));
        }
    }
    #[inline(always)]
    fn store(&self, i: usize, value: Value) {
        if let Some(array) = self.array() {
            self.begin(array);
            array.cells()[i].set(self.cx, array, value);
        }
    }
    #[inline(always)]
    fn set_len(&self, len: usize) {
        if let Some(array) = self.array() {
            self.begin(array);
        }
        self.list.len.store(len, Ordering::Release);
    }
    /// Puts `array` in place of the list's, which stays odd.
    fn set_array(&self, array: Ref<Array>) {
        self.begin(array);
        self.list.array.set(self.cx, self.list, array.value());
    }

    /// Makes room for `wanted` items in all.
    #[inline]
    pub fn reserve(&self, wanted: usize) -> Res<()> {
        if wanted > self.cells().len() { self.grow(wanted) } else { Ok(()) }
    }

    #[inline]
    pub fn push(&self, value: Value) -> Res<()> {
        let len = self.len();
        self.reserve(len + 1)?;
        self.store(len, value);
        self.set_len(len + 1);
        Ok(())
    }
    /// Replaces item `i < len`.
    #[inline]
    pub fn set(&self, i: usize, value: Value) {
        self.store(i, value);
    }
    /// Removes and gives the last item.
    pub fn pop(&self) -> Option<Value> {
        let last = self.len().checked_sub(1)?;
        let value = self.get(last);
        self.set_len(last);
        self.cells()[last].clear();
        value
    }
    /// Puts `value` ahead of item `at <= len`. O(len).
    pub fn insert(&self, at: usize, value: Value) -> Res<()> {
        let len = self.len();
        self.reserve(len + 1)?;
        self.move_cells(at, at + 1, len - at);
        self.store(at, value);
        self.set_len(len + 1);
        Ok(())
    }
    /// Removes and gives item `at < len`. O(len).
    pub fn remove(&self, at: usize) -> Option<Value> {
        let (value, last) = (self.get(at), self.len() - 1);
        self.move_cells(at + 1, at, last - at);
        self.set_len(last);
        self.cells()[last].clear();
        value
    }
    /// Cuts or replaces `start..end` by `items`. O(len).
    pub fn splice(&self, start: usize, end: usize, items: &[Value]) -> Res<()> {
        let len = self.len();
        let (start, end) = (start.min(len), end.min(len).max(start.min(len)));
        let grown = len - (end - start) + items.len();
        self.reserve(grown)?;
        let gap_end = start + items.len();
        if gap_end > end {
            self.move_cells(end, gap_end, len - end);
            self.put_all(start, items);
            self.set_len(grown);
        } else {
            self.put_all(start, items);
            self.move_cells(end, gap_end, len - end);
            self.set_len(grown);
            self.cells()[grown..len].iter().for_each(Slot::clear);
        }
        Ok(())
    }
    /// Moves `count` cells within the array, like `memmove`; one barrier for all.
    fn move_cells(&self, from: usize, to: usize, count: usize) {
        let Some(array) = self.array().filter(|_| from != to && count > 0) else { return };
        self.begin(array);
        let cells = array.cells();
        let copy = |(to, from): (&Slot, &Slot)| to.init_opt(from.get());
        if to > from {
            cells[to..to + count].iter().zip(&cells[from..from + count]).rev().for_each(copy);
        } else {
            cells[to..to + count].iter().zip(&cells[from..from + count]).for_each(copy);
        }
        // SAFETY: a live array.
        unsafe { self.cx.mutator.remember(array.header_ptr()) };
    }
    /// Stores the items from `start` on, where there is room.
    fn put_all(&self, start: usize, items: &[Value]) {
        let Some(array) = self.array().filter(|_| !items.is_empty()) else { return };
        self.begin(array);
        let cells = &array.cells()[start..start + items.len()];
        for (to, item) in cells.iter().zip(items) {
            to.init(*item);
        }
        self.stored(array, cells);
    }
    /// The barrier for many cells of an array.
    fn stored(&self, array: Ref<Array>, cells: &[Slot]) {
        let lasts = cells.chunks(BARRIER_SPAN).filter_map(|span| span.last());
        cells.first().into_iter().chain(lasts).for_each(|cell| cell.note_stored(self.cx, array));
    }
    /// Removes everything; readers of the old array still see its cells.
    pub fn clear(&self) {
        self.set_len(0);
        self.list.array.clear();
    }
    /// Takes all items out, leaving the list empty (for sorting).
    pub fn take_all(&self) -> (Option<Ref<Array>>, usize) {
        let taken = (self.array(), self.len());
        self.set_len(0);
        self.list.array.clear();
        taken
    }
    /// Puts an array of `len` items in place of the content.
    pub fn put_array(&self, array: Option<Ref<Array>>, len: usize) {
        self.set_len(0);
        match array {
            Some(array) => self.set_array(array),
            None => self.list.array.clear(),
        }
        self.set_len(len);
    }
    /// Appends the first `len` items of an array that nobody else has; without other items it becomes the content.
    pub(crate) fn append_array(&self, array: Ref<Array>, len: usize) -> Res<()> {
        let own = self.len();
        if own == 0 {
            self.put_array(Some(array), len);
            return Ok(());
        }
        let items = &array.cells()[..len];
        self.reserve(own + len)?;
        if let Some(array) = self.array() {
            self.begin(array);
            let cells = &array.cells()[own..own + len];
            cells.iter().zip(items).for_each(|(to, from)| to.init_opt(from.get()));
            self.stored(array, cells);
        }
        self.set_len(own + len);
        Ok(())
    }
    /// Puts an array of as many items as there are in place of the content.
    pub fn replace_items(&self, array: Ref<Array>) {
        debug_assert!(array.cells().len() >= self.len());
        self.set_array(array);
    }
    pub fn reverse(&self) {
        let Some(array) = self.array().filter(|_| self.len() > 1) else { return };
        self.begin(array);
        let cells = &array.cells()[..self.len()];
        let (head, tail) = cells.split_at(cells.len() / 2);
        for (a, b) in head.iter().zip(tail.iter().rev()) {
            let (first, last) = (a.get(), b.get());
            a.init_opt(last);
            b.init_opt(first);
        }
        self.stored(array, cells);
    }
    /// A new array of all items, and how many they are.
    pub fn copy_items(&self) -> Res<(Ref<Array>, usize)> {
        copy(self.cx, &self.cells()[..self.len()])
    }
}

/// A new array of these items, and how many they are.
pub fn copy(cx: &Cx, items: &[Slot]) -> Res<(Ref<Array>, usize)> {
    Ok((Array::with_items(cx, items.len(), items, &[])?, items.len()))
}

/// As [`copy`] of the items that a slice picks.
pub fn picked(cx: &Cx, items: &[Slot], span: Span) -> Res<(Ref<Array>, usize)> {
    if span.step == 1 {
        let start = span.start as usize;
        return copy(cx, &items[start..start + span.count]);
    }
    let array = Array::new(cx, span.count)?;
    let mut at = span.start;
    for cell in array.cells() {
        cell.init_opt(items[at as usize].get());
        at = at.wrapping_add(span.step);
    }
    Ok((array, span.count))
}

/// As [`copy`] with more items behind them.
pub fn joined(cx: &Cx, items: &[Slot], more: &[Value]) -> Res<(Ref<Array>, usize)> {
    let len = items.len() + more.len();
    Ok((Array::with_items(cx, len, items, Slot::of_values(more))?, len))
}

impl Ref<PyList> {
    /// Runs `f` with the list's lock held (rule 4).
    #[inline]
    pub fn edit<R>(self, cx: &Cx, f: impl FnOnce(&Edit<'_>) -> R) -> R {
        let _guard = crate::object::ObjectLock::acquire(cx, self.header());
        let edit = Edit { cx, list: self, begun: Cell::new(None) };
        let result = f(&edit);
        if let Some(array) = edit.begun.get() {
            array.end();
        }
        result
    }

    /// Calls `f` with the items of one moment. It may be called several times, and what it was given
    /// counts the last time only.
    pub fn read<R>(self, cx: &Cx, f: impl Fn(&[Slot]) -> Res<R>) -> Res<R> {
        for _ in 0..READS {
            let Some(array) = self.array.get() else { return f(&[]) };
            // SAFETY: `array` holds an Array or UNSET.
            let array: Ref<Array> = unsafe { array.cast() };
            let before = array.version.load(Ordering::Acquire);
            if before & 1 == 0
                && let Some(items) = array.cells().get(..self.len())
            {
                let result = f(items)?;
                fence(Ordering::Acquire);
                let same = array.version.load(Ordering::Relaxed) == before
                    && self.array.get().is_some_and(|now| now.is(array.value()));
                if same || seeded::has(seeded::Bug::Moments) {
                    return Ok(result);
                }
            }
        }
        self.edit(cx, |edit| f(&edit.cells()[..edit.len()]))
    }

    /// Appends; atomic. O(1) amortised.
    #[inline]
    pub fn push(self, cx: &Cx, value: Value) -> Res<()> {
        self.edit(cx, |edit| edit.push(value))
    }

    /// Replaces the item at `i`; atomic. False if out of range.
    #[inline]
    pub fn set(self, cx: &Cx, i: usize, value: Value) -> bool {
        self.edit(cx, |edit| {
            let fits = i < edit.len();
            if fits {
                edit.set(i, value);
            }
            fits
        })
    }

    /// A consistent copy of all items as a tuple.
    pub fn snapshot(self, cx: &Cx) -> Res<Ref<PyTuple>> {
        self.read(cx, |items| PyTuple::of_cells(cx, items))
    }
}

impl Cx {
    /// A new list of these items.
    pub fn new_list(&self, items: &[Value]) -> Res<Ref<PyList>> {
        self.list_of_class(types::LIST.get(), items)
    }
    /// A list around a fresh array whose first `len` cells are set.
    pub fn list_from_array(&self, array: Ref<Array>, len: usize) -> Res<Ref<PyList>> {
        let list = self.alloc_instance::<PyList>(types::LIST.get(), 0)?;
        list.array.init(array.value());
        list.len.store(len, Ordering::Release);
        Ok(list)
    }
    /// As [`Cx::new_list`] for a subclass of `list`.
    pub fn list_of_class(&self, class: Ref<PyType>, items: &[Value]) -> Res<Ref<PyList>> {
        let list = self.alloc_instance::<PyList>(class, 0)?;
        if !items.is_empty() {
            let array = Array::with_items(self, items.len(), Slot::of_values(items), &[])?;
            list.array.init(array.value());
            list.len.store(items.len(), Ordering::Release);
        }
        Ok(list)
    }
}
