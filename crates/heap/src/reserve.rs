//! The global allocator of the executable: the system's, and behind it a reserve for the moment when
//! the system has nothing left.
//!
//! 1. Only requests that the system refused come here, so the usual path costs a test for null, and
//!    when memory is given back a comparison with the reserve's addresses.
//! 2. The reserve is part of the program's zeroed data: it takes addresses, and memory only once it
//!    is used. It is cut into slots of a few sizes; a bit says whether a slot is taken. There is no
//!    lock, so nothing has to be done for `fork`, and any thread may allocate at any time.
//! 3. Drawing on it makes the thread's next poll a slow one ([`Mutator::take_reserve_used`]), where
//!    the client collects ([`Mutator::relieve`]) or raises its out-of-memory error.
//! 4. Requests beyond the largest slot are not served: whoever makes them asks fallibly.
//! 5. During a read-only proof memory comes from its arena instead (`proof/arena.rs`).

use crate::mutator::{Mutator, current};
use crate::proof::arena;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::alloc::System;

/// A kind of slot.
struct Class {
    size: usize,
    count: usize,
    /// Where its slots begin in the reserve.
    start: usize,
    /// Its first word in [`TAKEN`].
    word: usize,
}

/// Sizes and numbers of slots. The sizes are powers of two, the numbers multiples of a word's bits or
/// less than one word.
const PLAN: [(usize, usize); 8] = [
    (64, 16384),
    (256, 4096),
    (1 << 10, 2048),
    (4 << 10, 512),
    (16 << 10, 256),
    (64 << 10, 64),
    (256 << 10, 16),
    (1 << 20, 6),
];

const ALIGN: usize = 4096;

const CLASSES: [Class; PLAN.len()] = {
    let mut classes = [const { Class { size: 0, count: 0, start: 0, word: 0 } }; PLAN.len()];
    let (mut i, mut start, mut word) = (0, 0, 0);
    while i < PLAN.len() {
        let (size, count) = PLAN[i];
        classes[i] = Class { size, count, start, word };
        start += size * count;
        word += count.div_ceil(64);
        i += 1;
    }
    classes
};

const LAST: &Class = &CLASSES[PLAN.len() - 1];
const BYTES: usize = LAST.start + LAST.size * LAST.count;
const WORDS: usize = LAST.word + LAST.count.div_ceil(64);

#[repr(C, align(4096))]
struct Memory(UnsafeCell<[u8; BYTES]>);

// SAFETY: a slot belongs to whoever set its bit.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; BYTES]));
static TAKEN: [AtomicU64; WORDS] = [const { AtomicU64::new(0) }; WORDS];
/// Bytes of taken slots.
static USED: AtomicUsize = AtomicUsize::new(0);
/// How far `USED` has to get for the next error.
static NEXT_ERROR: AtomicUsize = AtomicUsize::new(FIRST_ERROR);

/// What may be used before an error is due. The heap may well have room while the system has none: then the
/// program can go on for a long time.
const FIRST_ERROR: usize = BYTES / 3;
/// What the reserve gives up between two errors: the handling of one may need some, too.
const ERROR_STEP: usize = 2 << 20;
/// What the system must be able to give for the shortage to be over.
const RELIEF: usize = 4 << 20;

/// Takes a slot for `layout`; null if there is none.
#[cold]
#[inline(never)]
fn take(layout: Layout) -> *mut u8 {
    let size = layout.size().max(layout.align());
    if layout.align() > ALIGN {
        return core::ptr::null_mut();
    }
    for class in CLASSES.iter().filter(|class| class.size >= size) {
        if let Some(slot) = class.take() {
            USED.fetch_add(class.size, Relaxed);
            note_use();
            return MEMORY.0.get().cast::<u8>().wrapping_add(class.start + slot * class.size);
        }
    }
    core::ptr::null_mut()
}

impl Class {
    fn take(&self) -> Option<usize> {
        let words = &TAKEN[self.word..self.word + self.count.div_ceil(64)];
        for (i, word) in words.iter().enumerate() {
            loop {
                let bit = word.load(Relaxed).trailing_ones() as usize;
                if bit >= (self.count - i * 64).min(64) {
                    break;
                }
                // Acquire: what the former owner wrote lies before what the new one does.
                let before = word.fetch_or(1 << bit, core::sync::atomic::Ordering::Acquire);
                if before & 1 << bit == 0 {
                    return Some(i * 64 + bit);
                }
            }
        }
        None
    }
}

/// Has the thread that drew on the reserve poll soon.
fn note_use() {
    let mutator = current();
    if !mutator.is_null() {
        // SAFETY: the calling thread's own mutator.
        unsafe { (*mutator).note_reserve_used() };
    }
}

#[inline(always)]
fn offset(memory: *mut u8) -> usize {
    (memory as usize).wrapping_sub(MEMORY.0.get() as usize)
}

/// Gives the slot at `offset` back.
#[cold]
#[inline(never)]
fn give_back(offset: usize) {
    if let Some(class) = CLASSES.iter().rev().find(|class| class.start <= offset) {
        let slot = (offset - class.start) / class.size;
        let word = &TAKEN[class.word + slot / 64];
        word.fetch_and(!(1 << (slot % 64)), core::sync::atomic::Ordering::Release);
        USED.fetch_sub(class.size, Relaxed);
    }
}

/// The system's allocator with a reserve for small requests. An executable makes it its
/// `#[global_allocator]`.
pub struct ReserveAllocator;

// SAFETY: memory comes from the system, or from a slot that is as large and aligned as was asked for and
// belongs to nobody else until it is given back.
unsafe impl GlobalAlloc for ReserveAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if arena::is_on() {
            return arena::allocate(layout);
        }
        // SAFETY: by the caller's contract.
        let memory = unsafe { System.alloc(layout) };
        if memory.is_null() { take(layout) } else { memory }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if arena::is_on() {
            return arena::allocate(layout);
        }
        // SAFETY: by the caller's contract.
        let memory = unsafe { System.alloc_zeroed(layout) };
        if !memory.is_null() {
            return memory;
        }
        let memory = take(layout);
        if !memory.is_null() {
            // SAFETY: a fresh slot of at least this size.
            unsafe { memory.write_bytes(0, layout.size()) };
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if arena::was_on() && arena::keeps(memory) {
            return;
        }
        let offset = offset(memory);
        if offset < BYTES {
            return give_back(offset);
        }
        // SAFETY: by the caller's contract; it is not ours, so it is the system's.
        unsafe { System.dealloc(memory, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if offset(memory) >= BYTES && !(arena::was_on() && arena::keeps(memory)) {
            // SAFETY: by the caller's contract; it is the system's.
            let new = unsafe { System.realloc(memory, layout, size) };
            if !new.is_null() {
                return new;
            }
        }
        // SAFETY: by the caller's contract.
        unsafe { self.move_to(memory, layout, size) }
    }
}

impl ReserveAllocator {
    /// `realloc` from or into the reserve.
    ///
    /// # Safety
    /// As for `realloc`.
    #[cold]
    #[inline(never)]
    unsafe fn move_to(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: by the caller's contract the new layout is valid, and `memory` has the old one.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(memory, layout.size().min(size));
                self.dealloc(memory, layout);
            }
            new
        }
    }
}

impl Mutator {
    /// After the reserve was drawn on: says whether the program can go on. If the reserve runs low, it collects first.
    /// `false` asks for the client's out-of-memory error. To be called where a poll is allowed.
    pub fn relieve(&self) -> bool {
        if USED.load(Relaxed) < NEXT_ERROR.load(Relaxed) {
            return true;
        }
        self.collect(true);
        base::pages::trim_c_heap();
        let used = USED.load(Relaxed);
        if used < FIRST_ERROR || base::pages::available(RELIEF) {
            NEXT_ERROR.store(FIRST_ERROR.max(used), Relaxed);
            return true;
        }
        let next = NEXT_ERROR.load(Relaxed);
        if used >= next {
            NEXT_ERROR.store(used + ERROR_STEP, Relaxed);
        }
        used < next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_distinct_and_come_back() {
        let layout = |size| Layout::from_size_align(size, 16).expect("layout");
        let mut taken = Vec::new();
        for size in [1, 16, 64, 65, 5000, 1 << 20] {
            let memory = take(layout(size));
            assert!(!memory.is_null() && memory as usize % 16 == 0);
            // SAFETY: a slot of at least `size` bytes.
            unsafe { memory.write_bytes(size as u8, size) };
            taken.push((memory, size));
        }
        for &(memory, size) in &taken {
            // SAFETY: written above.
            assert_eq!(unsafe { *memory.add(size - 1) }, size as u8);
        }
        assert!(take(layout(LAST.size + 1)).is_null());
        // When a size runs out, the next one serves.
        let small: Vec<_> = (0..PLAN[0].1 + 10).map(|_| take(layout(64))).collect();
        assert!(small.iter().all(|memory| !memory.is_null()));
        for memory in small.into_iter().chain(taken.into_iter().map(|(memory, _)| memory)) {
            give_back(offset(memory));
        }
        assert_eq!(USED.load(Relaxed), 0);
        assert!(TAKEN.iter().all(|word| word.load(Relaxed) == 0));
    }

    #[test]
    fn realloc_moves_out_of_the_reserve() {
        let layout = Layout::from_size_align(100, 8).expect("layout");
        // SAFETY: used as the allocator's contract says.
        unsafe {
            let memory = take(layout);
            memory.write_bytes(7, 100);
            let moved = ReserveAllocator.realloc(memory, layout, 5000);
            assert!(offset(moved) >= BYTES);
            assert_eq!(*moved.add(99), 7);
            let layout = Layout::from_size_align(5000, 8).expect("layout");
            ReserveAllocator.dealloc(moved, layout);
        }
    }
}
