//! Conservative roots: from a word to the objects it may refer to.
//!
//! 1. Words are resolved before any mark changes, against the state at the stop: objects that the
//!    last collection found live have mark bits; newer ones get start bits by a walk over the
//!    memory handed out since, block by block and only where a word points.
//! 2. A word refers to the object it points into, and to the object that ends where it points, if the client
//!    says that its kind may be reached so.

use crate::chunk::{self, BLOCK, in_chunk, in_data, is_mappable, mark_bit, start_bit};
use crate::header::{FILLER, GRANULE, Header};
use crate::heap;
use crate::mutator::World;
use core::sync::atomic::Ordering::Relaxed;

/// Calls `f` with each object that `word` may refer to.
#[inline]
pub(crate) fn resolve(word: usize, epoch: u32, mut f: impl FnMut(usize)) {
    if word < 4096 || !is_mappable(word) {
        return;
    }
    if let Some(object) = covering(word, epoch) {
        f(object);
    }
    if word.is_multiple_of(GRANULE)
        && let Some(object) = covering(word - 1, epoch)
        // SAFETY: `covering` gives valid objects.
        && heap().client().reached_by_end(unsafe { (*(object as *const Header)).layout })
    {
        f(object);
    }
    if !in_chunk(word) {
        heap().large.covering(word, f);
    }
}

/// The small object that `address`, which lies in a chunk, lies in; between collections.
pub(crate) fn object_at(address: usize, _world: &World) -> Option<usize> {
    let block = address & !(BLOCK - 1);
    let mut found = None;
    let mut look = |object: usize| {
        // SAFETY: valid objects.
        let size = unsafe { (*(object as *const Header)).size() };
        if (object..object + size).contains(&address) {
            found = Some(object);
        }
    };
    if in_data(address) {
        find_start(block, address, false).into_iter().for_each(&mut look);
        for_each_new(block, look);
    }
    found
}

/// The small object that `address` lies in.
fn covering(address: usize, epoch: u32) -> Option<usize> {
    if !in_chunk(address) || !in_data(address) {
        return None;
    }
    let block = address & !(BLOCK - 1);
    let info = chunk::info(block);
    let claimed = info.claimed.load(Relaxed) != 0;
    if claimed && info.starts_epoch.load(Relaxed) != epoch {
        build_starts(block);
        info.starts_epoch.store(epoch, Relaxed);
    }
    let start = find_start(block, address, claimed)?;
    // SAFETY: a mark or start bit is set for valid objects only.
    let size = unsafe { (*(start as *const Header)).size() };
    (address < start + size).then_some(start)
}

/// The highest marked or started granule of the block at or below `address`.
fn find_start(block: usize, address: usize, starts: bool) -> Option<usize> {
    let mut at = address & !(GRANULE - 1);
    loop {
        let (marks, bit) = mark_bit(at);
        let mut bits = marks.load(Relaxed);
        if starts {
            bits |= start_bit(at).0.load(Relaxed);
        }
        bits &= bit | (bit - 1);
        let base = at & !(64 * GRANULE - 1);
        if bits != 0 {
            return Some(base + (63 - bits.leading_zeros() as usize) * GRANULE);
        }
        if base <= block {
            return None;
        }
        at = base - GRANULE;
    }
}

/// Sets the start bits of a block that memory was handed out from since the last collection.
pub(crate) fn build_starts(block: usize) {
    chunk::clear_starts(block);
    for_each_new(block, |object| {
        let (word, bit) = start_bit(object);
        word.store(word.load(Relaxed) | bit, Relaxed);
    });
}

/// Calls `f` with each object of the block that was allocated since the last collection.
pub(crate) fn for_each_new(block: usize, mut f: impl FnMut(usize)) {
    chunk::claimed_runs(block, heap().rules().min_lines, |from, to| {
        let mut at = from;
        while at < to {
            // SAFETY: handed-out memory is zero or holds whole objects.
            let header = unsafe { &*(at as *const Header) };
            if header.granules == 0 {
                return;
            }
            if header.layout != FILLER {
                f(at);
            }
            at += header.size();
        }
    });
}
