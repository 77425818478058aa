//! `tuple` objects: immutable after publication; items inline.

use crate::args::copy_one_by_one;
use crate::collector::Root;
use crate::cx::Cx;
use crate::error::{Res, memory_error};
use crate::layout;
use crate::object::{Object, Ref};
use crate::slot::Slot;
use crate::types::{self, PyType};
use crate::value::Value;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicI64, Ordering};
use orochi_heap::{Header, Tracer};

/// Up to this length items are copied one by one.
const SHORT: usize = 6;

/// A `tuple`; its items follow the struct.
#[repr(C)]
pub struct PyTuple {
    pub header: Header,
    len: usize,
    /// 0 until computed; racing writers write the same number.
    hash: AtomicI64,
}

// SAFETY: repr(C) with a Header first; the trace function visits all items.
unsafe impl Object for PyTuple {
    const LAYOUT: u16 = layout::TUPLE;
}

/// The heap layout of tuples.
pub const TUPLE_LAYOUT: layout::HeapLayout = layout::HeapLayout {
    name: "tuple",
    trace: Some(trace_tuple),
    trace_range: Some(trace_tuple_range),
    drop: None,
};

/// # Safety
/// Called by the collector with a tuple.
unsafe fn trace_tuple(header: *mut Header, tracer: &mut Tracer) {
    // SAFETY: all words after the struct are items, zero, or a subclass's dict word.
    unsafe { layout::visit_rest(header, size_of::<PyTuple>(), tracer) }
}

/// # Safety
/// As [`layout::trace_word_range`], for a tuple.
unsafe fn trace_tuple_range(header: *mut Header, start: usize, end: usize, tracer: &mut Tracer) {
    let first = size_of::<PyTuple>() - size_of::<Header>();
    // SAFETY: words after the struct are value words.
    unsafe { layout::trace_word_range(header, start.max(first), end, tracer) }
}

impl PyTuple {
    /// Offsets for generated code.
    pub const LEN_OFFSET: usize = core::mem::offset_of!(PyTuple, len);
    pub const ITEMS_OFFSET: usize = size_of::<PyTuple>();

    #[inline(always)]
    #[allow(clippy::len_without_is_empty, reason = "Python tests `len(t) == 0`")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The tuple's hash, if it was computed before.
    #[inline(always)]
    pub fn known_hash(&self) -> Option<i64> {
        Some(self.hash.load(Ordering::Relaxed)).filter(|hash| *hash != 0)
    }

    /// Keeps the tuple's hash.
    pub fn keep_hash(&self, hash: i64) {
        self.hash.store(hash, Ordering::Relaxed);
    }

    /// The items as slots.
    #[inline(always)]
    pub fn items(&self) -> &[Slot] {
        // SAFETY: `len` slots follow the struct.
        unsafe {
            let first = (self as *const PyTuple).add(1).cast::<Slot>();
            core::slice::from_raw_parts(first, self.len)
        }
    }

    /// A tuple without class for internal use, all items UNSET, to be filled before publication.
    pub fn new_internal(cx: &Cx, len: usize) -> Res<Ref<PyTuple>> {
        if len > isize::MAX as usize / 16 {
            return Err(memory_error(cx));
        }
        let t = cx.alloc_instance::<PyTuple>(types::TUPLE.get(), len * 8)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*t.as_ptr()).len = len };
        Ok(t)
    }

    /// As [`PyTuple::new_internal`] with items that are anything: the caller sets all of them before the next poll.
    pub(crate) fn new_unfilled(cx: &Cx, len: usize) -> Res<Ref<PyTuple>> {
        if len > isize::MAX as usize / 16 {
            return Err(memory_error(cx));
        }
        let t = cx.alloc_unzeroed::<PyTuple>(types::TUPLE.get(), len * 8)?;
        // SAFETY: fresh and unpublished.
        unsafe {
            (*t.as_ptr()).len = len;
            (*t.as_ptr()).hash = AtomicI64::new(0);
        }
        Ok(t)
    }

    /// A new tuple of what is in these cells; None where they are UNSET.
    pub(crate) fn of_cells(cx: &Cx, cells: &[Slot]) -> Res<Ref<PyTuple>> {
        let t = PyTuple::new_unfilled(cx, cells.len())?;
        for (to, from) in t.items().iter().zip(cells) {
            to.init(from.or_none());
        }
        Ok(t)
    }
}

impl Ref<PyTuple> {
    /// The items as values. Valid for a published tuple, all of whose items are set.
    #[inline(always)]
    pub fn values<'a>(self) -> &'a [Value] {
        // SAFETY: every item of a published tuple is a value; tuples are immutable and do not move
        // while `self` is on a scanned stack. Slot and Value are both one word.
        unsafe { core::slice::from_raw_parts(self.as_ptr().add(1).cast(), self.len) }
    }
    /// The items as slots, borrowed for as long as the caller keeps this `Ref` on its stack.
    pub(crate) fn items_static<'a>(self) -> &'a [Slot] {
        // SAFETY: as for `items`.
        unsafe { core::slice::from_raw_parts(self.as_ptr().add(1).cast(), self.len) }
    }
    #[inline(always)]
    pub fn get(self, i: usize) -> Option<Value> {
        self.values().get(i).copied()
    }
}

impl Cx {
    /// A tuple of these items. There is one empty tuple, as programs may expect.
    #[inline]
    pub fn new_tuple(&self, items: &[Value]) -> Res<Ref<PyTuple>> {
        if items.is_empty() {
            return self.empty_tuple();
        }
        self.tuple_of_class(types::TUPLE.get(), items)
    }
    fn empty_tuple(&self) -> Res<Ref<PyTuple>> {
        static EMPTY: Root = Root::new();
        if let Some(empty) = EMPTY.get() {
            // SAFETY: nothing but tuples is stored there.
            return Ok(unsafe { empty.cast() });
        }
        let empty = EMPTY.set_first(self.tuple_of_class(types::TUPLE.get(), &[])?.value());
        // SAFETY: as above.
        Ok(unsafe { empty.cast() })
    }
    /// A tuple of `class` whose first `visible` items count; the others are kept behind them
    /// (struct sequences).
    pub(crate) fn tuple_with_hidden(
        &self,
        class: Ref<PyType>,
        items: &[Value],
        visible: usize,
    ) -> Res<Ref<PyTuple>> {
        let t = self.tuple_of_class(class, items)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*t.as_ptr()).len = visible.min(items.len()) };
        Ok(t)
    }
    /// As [`Cx::new_tuple`] for a subclass of `tuple`.
    pub fn tuple_of_class(&self, class: Ref<PyType>, items: &[Value]) -> Res<Ref<PyTuple>> {
        if items.len() > isize::MAX as usize / 16 {
            return Err(memory_error(self));
        }
        let slack = if class.attrs_offset == types::ATTRS_AT_END { 16 } else { 0 };
        let t = self.alloc_unzeroed::<PyTuple>(class, items.len() * 8 + slack)?;
        // SAFETY: fresh and unpublished, with room for the items.
        unsafe {
            (*t.as_ptr()).len = items.len();
            (*t.as_ptr()).hash = AtomicI64::new(0);
            let to = t.as_ptr().add(1).cast::<MaybeUninit<Value>>();
            match items.len() {
                // Most tuples are short, and not worth a call of the C library.
                n @ 0..=SHORT => {
                    let from = core::slice::from_raw_parts(items.as_ptr().cast(), n);
                    copy_one_by_one(from, core::slice::from_raw_parts_mut(to, n));
                }
                n => core::ptr::copy_nonoverlapping(items.as_ptr().cast(), to, n),
            }
        }
        Ok(t)
    }
}
