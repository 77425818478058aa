//! The tracer: what marks objects, and what other walks over the object graph use.
//!
//! 1. Marking is a loop over an explicit stack, never a recursion.
//! 2. `visit` sets the mark bit and pushes; the lines, the UNLOGGED bit and the fields follow when
//!    the object is popped. A small ring between stack and scan gives prefetches time.
//! 3. If the stack cannot grow, the object stays marked and unscanned, `overflowed` is set, and
//!    the collector scans all marked objects again until that does not happen.
//! 4. While several threads mark, mark bits are set with atomic read-modify-write operations, and
//!    line marks and UNLOGGED bits with plain atomic stores of one value.

use crate::chunk::{self, LINE, in_chunk, line_mark, mark_bit};
use crate::client::Layout;
use crate::header::{Header, LARGE, UNLOGGED, is_reference};
use crate::heap;
use crate::large::LargeMeta;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How many objects are prefetched ahead.
const RING: usize = 16;

/// An object and the weak slot in it.
pub(crate) type WeakSlot = (*mut Header, *const AtomicU64);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Mark,
    Collect,
}

/// Visits references. A layout's trace function gets one.
pub struct Tracer {
    pub(crate) stack: Vec<*mut Header>,
    mode: Mode,
    pub(crate) atomic: bool,
    pub(crate) overflowed: bool,
    pub(crate) objects: u64,
    layouts: &'static [Layout],
    pub(crate) weak: Vec<WeakSlot>,
    pub(crate) collected: Vec<u64>,
    pub(crate) collected_weak: Vec<u64>,
}

/// Whether the object at `address` bears a mark.
#[inline]
pub(crate) fn is_marked(address: usize) -> bool {
    if in_chunk(address) {
        let (word, bit) = mark_bit(address);
        word.load(Relaxed) & bit != 0
    } else {
        // SAFETY: references point into chunks or to large objects.
        unsafe { LargeMeta::of(address).mark.load(Relaxed) != 0 }
    }
}

impl Tracer {
    pub(crate) fn new() -> Tracer {
        Tracer::with_mode(Mode::Mark)
    }

    fn with_mode(mode: Mode) -> Tracer {
        Tracer {
            stack: Vec::new(),
            mode,
            atomic: false,
            overflowed: false,
            objects: 0,
            layouts: heap().layouts(),
            weak: Vec::new(),
            collected: Vec::new(),
            collected_weak: Vec::new(),
        }
    }

    /// A tracer of a marking that several threads share.
    pub(crate) fn shared() -> Tracer {
        Tracer { atomic: true, ..Tracer::new() }
    }

    /// A tracer that gathers the words it visits instead of marking.
    pub(crate) fn collector() -> Tracer {
        Tracer::with_mode(Mode::Collect)
    }

    /// Whether this is the second trace of a verification, which wants all roots, also those that a nursery
    /// collection may leave out.
    pub fn is_verifying(&self) -> bool {
        self.mode == Mode::Collect
    }

    /// Visits one word; words that are no references are ignored.
    #[inline(always)]
    pub fn visit(&mut self, word: u64) {
        if is_reference(word) {
            self.visit_reference(word as usize);
        }
    }

    /// Visits the word in a slot.
    #[inline(always)]
    pub fn visit_slot(&mut self, slot: &AtomicU64) {
        self.visit(slot.load(Relaxed));
    }

    /// Visits `count` words from `first` on.
    ///
    /// # Safety
    /// The words are readable.
    #[inline]
    pub unsafe fn visit_range(&mut self, first: *const AtomicU64, count: usize) {
        for i in 0..count {
            // SAFETY: by contract.
            self.visit(unsafe { (*first.add(i)).load(Relaxed) });
        }
    }

    /// Notes a weak slot of `container`: it does not keep what it refers to alive, and is set to 0
    /// if that turns out to be dead, in which case `container` is queued for
    /// [`crate::take_cleared`]. Trace functions call it with slots of the object they trace.
    #[allow(clippy::not_unsafe_ptr_arg_deref)] // A tracer exists only inside trace functions.
    pub fn visit_weak(&mut self, container: *mut Header, slot: *const AtomicU64) {
        // SAFETY: the client hands in a slot of a live object.
        let word = unsafe { (*slot).load(Relaxed) };
        if !is_reference(word) {
            return;
        }
        if self.mode == Mode::Collect {
            self.collected_weak.push(word);
        } else if self.weak.len() < self.weak.capacity() || self.weak.try_reserve(64).is_ok() {
            self.weak.push((container, slot));
        } else {
            // No memory to note it: this once the reference is a strong one.
            self.visit(word);
        }
    }

    #[inline]
    fn visit_reference(&mut self, address: usize) {
        if self.mode == Mode::Collect {
            self.overflowed = self.overflowed || self.collected.try_reserve(1).is_err();
            if !self.overflowed {
                self.collected.push(address as u64);
            }
            return;
        }
        if in_chunk(address) {
            let (word, bit) = mark_bit(address);
            let old = word.load(Relaxed);
            if old & bit != 0 {
                return;
            }
            if self.atomic {
                if word.fetch_or(bit, Relaxed) & bit != 0 {
                    return;
                }
            } else {
                word.store(old | bit, Relaxed);
            }
            self.push(address as *mut Header);
        } else {
            self.visit_large(address);
        }
    }

    #[cold]
    fn visit_large(&mut self, address: usize) {
        // SAFETY: references point into chunks or to large objects.
        let meta = unsafe { LargeMeta::of(address) };
        if meta.mark.load(Relaxed) == 0 && meta.mark.swap(1, Relaxed) == 0 {
            self.push(address as *mut Header);
        }
    }

    #[inline]
    fn push(&mut self, object: *mut Header) {
        if self.stack.len() == self.stack.capacity() && !self.grow() {
            return;
        }
        self.stack.push(object);
    }

    /// Whoever was refused once does not ask again before the next rescan: millions of requests that the system
    /// refuses take minutes.
    #[cold]
    fn grow(&mut self) -> bool {
        if self.overflowed {
            return false;
        }
        let ok = self.stack.try_reserve(self.stack.len().max(512)).is_ok();
        self.overflowed |= !ok;
        ok
    }

    /// Scans the objects on the stack and all they lead to, at most about `limit` of them.
    /// Returns whether the stack is empty.
    pub(crate) fn drain(&mut self, limit: u64) -> bool {
        let end = self.objects.saturating_add(limit);
        let mut ring = [core::ptr::null_mut::<Header>(); RING];
        let mut at = 0;
        loop {
            let Some(next) = self.stack.pop() else {
                // Empty the ring; scanning may fill the stack again.
                let mut any = false;
                for entry in &mut ring {
                    let object = core::mem::replace(entry, core::ptr::null_mut());
                    if !object.is_null() {
                        any = true;
                        // SAFETY: only marked objects are pushed.
                        unsafe { self.scan(object) };
                    }
                }
                if any {
                    continue;
                }
                return true;
            };
            prefetch(next as usize);
            let object = core::mem::replace(&mut ring[at], next);
            at = (at + 1) % RING;
            if !object.is_null() {
                // SAFETY: only marked objects are pushed.
                unsafe { self.scan(object) };
                if self.objects >= end {
                    for object in ring.into_iter().filter(|o| !o.is_null()) {
                        self.push(object);
                    }
                    return false;
                }
            }
        }
    }

    /// Marks the lines of a marked object, makes it old, and visits its references.
    ///
    /// # Safety
    /// `object` is a valid object.
    #[inline]
    pub(crate) unsafe fn scan(&mut self, object: *mut Header) {
        self.objects += 1;
        // SAFETY: by contract.
        let header = unsafe { &*object };
        let gc = header.gc.load(Relaxed);
        if gc & LARGE == 0 {
            mark_lines(object as usize, header.size());
        }
        if gc & UNLOGGED == 0 {
            header.gc.store(gc | UNLOGGED, Relaxed);
        }
        self.visit(header.word.load(Relaxed));
        if let Some(trace) = self.layout(header).trace {
            // SAFETY: the layout's own function on a valid object.
            unsafe { trace(object, self) };
        }
    }

    #[inline(always)]
    fn layout(&self, header: &Header) -> &'static Layout {
        debug_assert!((header.layout as usize) < self.layouts.len());
        // SAFETY: objects are only made with layouts of the table.
        unsafe { self.layouts.get_unchecked(header.layout as usize) }
    }

    /// Visits what may have been stored into a remembered object, and makes it unlogged again.
    ///
    /// # Safety
    /// `object` is a live old object.
    pub(crate) unsafe fn scan_remembered(&mut self, object: *mut Header) {
        // SAFETY: by contract.
        let header = unsafe { &*object };
        let gc = header.gc.load(Relaxed);
        let layout = self.layout(header);
        if let (true, Some(range)) = (gc & LARGE != 0, layout.trace_range) {
            self.visit(header.word.load(Relaxed));
            // SAFETY: a large object; the ranges lie in its payload.
            unsafe {
                LargeMeta::of(object as usize).take_dirty(|from, to| range(object, from, to, self));
            }
            return;
        }
        // SAFETY: by contract.
        unsafe { self.scan(object) };
    }

    /// The references a live object holds, the header word first.
    ///
    /// # Safety
    /// `object` is a valid object whose fields do not change meanwhile in a way that its layout's
    /// trace function cannot stand.
    pub(crate) unsafe fn children(&mut self, object: *mut Header) {
        // SAFETY: by contract.
        unsafe {
            let header = &*object;
            self.visit(header.word.load(Relaxed));
            if let Some(trace) = self.layout(header).trace {
                trace(object, self);
            }
        }
    }
}

#[inline(always)]
fn mark_lines(address: usize, size: usize) {
    line_mark(address).store(1, Relaxed);
    let last = address + size - 1;
    if (address ^ last) & !(LINE - 1) != 0 {
        let mut at = address + LINE;
        while at < last {
            line_mark(at).store(1, Relaxed);
            at += LINE;
        }
        line_mark(last).store(1, Relaxed);
    }
}

#[inline(always)]
fn prefetch(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch has no effect but on caches.
    unsafe {
        core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(
            address as *const i8,
        );
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Marks every line and scans every marked object once more; see rule 3.
///
/// # Safety
/// The world is stopped.
pub(crate) unsafe fn rescan_marked(tracer: &mut Tracer) {
    // SAFETY: by contract.
    for &chunk in unsafe { heap().space.chunks() } {
        for block in chunk::data_blocks(chunk) {
            for at in (block..block + chunk::BLOCK).step_by(16) {
                let (word, bit) = mark_bit(at);
                if word.load(Relaxed) & bit != 0 {
                    // SAFETY: marked objects are valid.
                    unsafe { tracer.scan(at as *mut Header) };
                    tracer.drain(u64::MAX);
                }
            }
        }
    }
    heap().large.for_each(|object| {
        if is_marked(object) {
            // SAFETY: listed objects are valid.
            unsafe { tracer.scan(object as *mut Header) };
        }
    });
    tracer.drain(u64::MAX);
}
