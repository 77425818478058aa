//! Where an array's items lie: bytes in native order, read without a lock.
//!
//! 1. Each item is read and written by one atomic access of its size, relaxed: a reader sees an item that was there, never half of
//!    one. (Windows on the memory that `memoryview` opens are written as they like.)
//! 2. Writers exclude each other by the array's lock.

use core::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};
use orochi_object::layout;
use orochi_object::prelude::*;

/// A block of bytes of fixed capacity; internal.
#[repr(C)]
pub(super) struct Block {
    header: Header,
    capacity: usize,
}

// SAFETY: repr(C) with a Header first; the layout is a leaf, the payload holds no slots.
unsafe impl Object for Block {
    const LAYOUT: u16 = layout::BYTES_RAW;
}

impl Block {
    /// Of the first item.
    pub(super) const DATA_OFFSET: usize = size_of::<Block>();

    /// A block of `capacity` bytes, which are 0.
    ///
    /// # Errors
    /// MemoryError.
    pub(super) fn new(cx: &Cx, capacity: usize) -> Res<Ref<Block>> {
        if capacity > 1 << 40 {
            return Err(orochi_object::error::memory_error(cx));
        }
        let block = cx.alloc_internal::<Block>(capacity)?;
        // SAFETY: fresh and unpublished.
        unsafe { (*block.as_ptr()).capacity = capacity };
        Ok(block)
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn data(&self) -> *mut u8 {
        // SAFETY: the data follow the struct.
        unsafe { (self as *const Block).add(1).cast::<u8>().cast_mut() }
    }

    /// Item `i` of `size` bytes, as a number without sign.
    #[inline]
    pub(super) fn load(&self, i: usize, size: usize) -> u64 {
        assert!((i + 1) * size <= self.capacity);
        // SAFETY: within the block, whose items are aligned to their size; rule 1.
        unsafe {
            let at = self.data().add(i * size);
            match size {
                1 => u64::from((*at.cast::<AtomicU8>()).load(Relaxed)),
                2 => u64::from((*at.cast::<AtomicU16>()).load(Relaxed)),
                4 => u64::from((*at.cast::<AtomicU32>()).load(Relaxed)),
                _ => (*at.cast::<AtomicU64>()).load(Relaxed),
            }
        }
    }

    /// Sets item `i`. Under the lock.
    #[inline]
    pub(super) fn store(&self, i: usize, size: usize, word: u64) {
        assert!((i + 1) * size <= self.capacity);
        // SAFETY: as in `load`.
        unsafe {
            let at = self.data().add(i * size);
            match size {
                1 => (*at.cast::<AtomicU8>()).store(word as u8, Relaxed),
                2 => (*at.cast::<AtomicU16>()).store(word as u16, Relaxed),
                4 => (*at.cast::<AtomicU32>()).store(word as u32, Relaxed),
                _ => (*at.cast::<AtomicU64>()).store(word, Relaxed),
            }
        }
    }

    /// Moves `count` items from `from` to `to`, which may overlap. Under the lock.
    pub(super) fn shift(&self, from: usize, to: usize, count: usize, size: usize) {
        let step = |k: usize| self.store(to + k, size, self.load(from + k, size));
        match from < to {
            true => (0..count).rev().for_each(step),
            false if from > to => (0..count).for_each(step),
            false => {}
        }
    }
}
