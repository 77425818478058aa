//! Where the Rust heap takes memory from during a proof: pages that are fresh, and each thread's own.
//!
//! 1. The state is `ON` from [`super::begin`] to the end of [`super::watch`]. Meanwhile memory of the usual allocator that is given back
//!    stays allocated: to free it would write what was made before.
//! 2. Memory from here is never given back. A proof allocates little.
//! 3. A thread takes a piece of the arena and cuts it. Pieces of an earlier proof are not cut further.

use core::alloc::Layout;
use core::cell::Cell;
use core::ops::Range;
use core::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};

/// Addresses set aside; pages cost memory once they are used.
const RESERVED: usize = 1 << 36;
pub(super) const PIECE: usize = 1 << 20;

/// No proof yet, one is over, one is under way.
const NEVER: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// Read at each allocation of the Rust heap, written twice a proof.
#[repr(align(128))]
struct Arena {
    state: AtomicU8,
    /// Where it begins.
    base: AtomicUsize,
    /// Number of the proof.
    epoch: AtomicU32,
}

static ARENA: Arena =
    Arena { state: AtomicU8::new(NEVER), base: AtomicUsize::new(0), epoch: AtomicU32::new(0) };

/// The part of the arena that is in use; it lies at its beginning, which is never protected.
struct Head {
    next: AtomicUsize,
}

thread_local! {
    /// What is left of this thread's piece, and the proof it belongs to.
    static OWN: Cell<(usize, usize, u32)> = const { Cell::new((0, 0, 0)) };
}

/// Whether memory is to come from here.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    ARENA.state.load(Relaxed) == ON
}

/// Whether there was ever a proof.
#[inline(always)]
pub(crate) fn was_on() -> bool {
    ARENA.state.load(Relaxed) != NEVER
}

/// Whether memory stays as it is when it is given back: rules 1 and 2.
#[cold]
pub(crate) fn keeps(memory: *mut u8) -> bool {
    is_on() || owns(memory as usize)
}

/// Whether `address` lies in the arena.
fn owns(address: usize) -> bool {
    address.wrapping_sub(ARENA.base.load(Relaxed)) < RESERVED
}

/// Has a new proof begin: everything is allocated here from now on.
pub(super) fn start() -> bool {
    if !was_on() {
        let Some(base) = base::pages::map_pages(RESERVED, PIECE) else { return false };
        // SAFETY: fresh and zeroed; the head fits.
        let head = unsafe { &*base.as_ptr().cast::<Head>() };
        head.next.store(base.as_ptr() as usize + PIECE, Relaxed);
        ARENA.base.store(base.as_ptr() as usize, Relaxed);
    }
    ARENA.epoch.fetch_add(1, Relaxed);
    ARENA.state.store(ON, Relaxed);
    true
}

/// Ends a proof.
pub(super) fn stop() {
    ARENA.state.store(OFF, Relaxed);
}

/// Where the arena begins and ends.
pub(super) fn extent() -> Range<usize> {
    let base = ARENA.base.load(Relaxed);
    base..base + RESERVED
}

/// Where its unused part begins, but for what threads have taken of it for themselves.
pub(super) fn unused() -> usize {
    head().next.load(Relaxed)
}

fn head() -> &'static Head {
    // SAFETY: the arena was started; its head is never unmapped.
    unsafe { &*(ARENA.base.load(Relaxed) as *const Head) }
}

/// Zeroed memory; null if the arena is used up.
#[cold]
#[inline(never)]
pub(crate) fn allocate(layout: Layout) -> *mut u8 {
    let epoch = ARENA.epoch.load(Relaxed);
    let (mut at, mut end, of) = OWN.get();
    let fit = |at: usize| at.checked_next_multiple_of(layout.align());
    if of != epoch || fit(at).is_none_or(|at| at + layout.size() > end) {
        let piece = PIECE.max((layout.size() + layout.align()).next_multiple_of(PIECE));
        at = head().next.fetch_add(piece, Relaxed);
        end = at + piece;
        if !owns(end) {
            return core::ptr::null_mut();
        }
    }
    let Some(start) = fit(at) else { return core::ptr::null_mut() };
    OWN.set((start + layout.size(), end, epoch));
    start as *mut u8
}
