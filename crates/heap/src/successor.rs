//! Large objects that take the place of others: the array of a list that has grown.
//!
//! What a nursery collection knows of the old object is as true of the words that were copied. So the new one is old from its
//! birth, and only the cards are looked at where the old one was stored to; it would be read whole else, for milliseconds, though
//! nearly all it refers to is old.
//!
//! 1. [`Mutator::begin_succession`] marks a fresh, zeroed object. It is in the list of young objects until the next collection,
//!    which leaves it alive, as a marked one. Each store into it needs the barrier, also before it is published.
//! 2. [`Mutator::inherit`] follows the copying of some words, with no poll in between. A word that was stored into the old object since
//!    the last collection is copied with its card, provided that nobody stores meanwhile: the caller holds the lock, or sees
//!    afterwards that there was no store, and calls [`Mutator::remember`] for the new object if there was one.
//! 3. [`Mutator::retire_large`] takes the mark of an old object that no object refers to any more: the next collection frees it unless some
//!    thread's stack or a root refers to it. It is no longer stored to.

use crate::header::{HEADER_BYTES, Header, LARGE, UNLOGGED};
use crate::large::{CARD, LargeMeta, has_cards};
use crate::{Mutator, heap};
use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// From this size of the payload on it is worth the trouble.
pub const MIN_SUCCESSION: usize = 1 << 20;

impl Mutator {
    /// Rule 1.
    ///
    /// # Safety
    /// `new` is fresh, of the calling thread alone, has at least [`MIN_SUCCESSION`] bytes of zeroed payload, a header word that is no young
    /// object, and a layout whose large objects are scanned card by card.
    pub unsafe fn begin_succession(&self, new: *mut Header) {
        // SAFETY: by contract, a large object.
        unsafe {
            debug_assert!(is_carded(&*new));
            LargeMeta::of(new as usize).mark.store(1, Relaxed);
            (*new).gc.store(LARGE | UNLOGGED, Relaxed);
        }
    }

    /// Rule 2: the bytes `copied` of the payload of `new` are those of `old`.
    ///
    /// # Safety
    /// Both are valid objects of one layout, and [`Mutator::begin_succession`] was called for `new`.
    pub unsafe fn inherit(&self, old: *mut Header, new: *mut Header, copied: Range<usize>) {
        // SAFETY: by contract.
        let known = unsafe {
            let is_large = (*old).gc.load(Relaxed) & LARGE != 0;
            is_large.then(|| LargeMeta::of(old as usize)).filter(|meta| meta.is_known())
        };
        for card in copied.start / CARD..copied.end.div_ceil(CARD) {
            if known.is_none_or(|meta| meta.is_dirty(card)) {
                let slot = new as usize + HEADER_BYTES + card * CARD;
                // SAFETY: a live object, and an address in it.
                unsafe { self.barrier(new, slot as *const AtomicU64) };
            }
        }
    }

    /// Rule 3; nothing for small objects.
    ///
    /// # Safety
    /// `old` is a valid object that no object refers to, nor will.
    pub unsafe fn retire_large(&self, old: *mut Header) {
        // SAFETY: by contract.
        unsafe {
            if is_carded(&*old) && LargeMeta::of(old as usize).mark.swap(0, Relaxed) != 0 {
                heap().large.note_retired();
            }
        }
    }
}

fn is_carded(header: &Header) -> bool {
    header.gc.load(Relaxed) & LARGE != 0 && has_cards(&heap().layouts()[header.layout as usize])
}
