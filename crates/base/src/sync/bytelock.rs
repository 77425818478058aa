//! A mutual-exclusion lock in one byte, for a byte inside every heap object.
//!
//! 1. The byte is 0 (free), 1 (held) or 2 (held, and somebody may sleep).
//! 2. A waiter reads the counter of the stripe its address hashes to, swaps the byte to 2, and
//!    sleeps on the counter if the byte was not 0. Who gets the byte that way holds it as 2.
//! 3. Who releases a byte that was 2 bumps the counter and then wakes the whole stripe. A waiter
//!    that swapped before the release is seen as 2; one that swapped after it got the lock; one
//!    that has not slept yet finds the counter changed. So no wake is lost.
//! 4. The stripes are counters, not owners: nothing in them is held across a `fork`.

use super::futex::Futex;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};

const FREE: u8 = 0;
const HELD: u8 = 1;
const CONTENDED: u8 = 2;

/// Rounds of the first wait; a round is one pause instruction, so the whole is under 1 µs.
const SPINS: u32 = 20;

#[repr(align(64))]
struct Stripe(AtomicU32);

const STRIPES: usize = 64;
static TABLE: [Stripe; STRIPES] = [const { Stripe(AtomicU32::new(0)) }; STRIPES];

fn stripe(byte: &AtomicU8) -> &'static AtomicU32 {
    let address = byte as *const AtomicU8 as usize as u64 >> 4;
    let hash = address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
    &TABLE[hash as usize % STRIPES].0
}

pub(super) fn reset() {
    for entry in &TABLE {
        entry.0.store(0, Ordering::Relaxed);
    }
}

/// The operations on a lock byte. The byte is free when zero.
pub struct ByteLock;

impl ByteLock {
    /// Takes the lock if it is free.
    #[inline(always)]
    pub fn try_lock(byte: &AtomicU8) -> bool {
        byte.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes the lock if it becomes free within about a microsecond. A thread that may be waited
    /// for calls this first and, if it fails, detaches and calls [`ByteLock::lock_parked`].
    #[inline]
    pub fn lock_spin(byte: &AtomicU8) -> bool {
        ByteLock::try_lock(byte) || ByteLock::spin(byte)
    }

    #[cold]
    fn spin(byte: &AtomicU8) -> bool {
        for _ in 0..SPINS {
            core::hint::spin_loop();
            if byte.load(Ordering::Relaxed) == FREE && ByteLock::try_lock(byte) {
                return true;
            }
        }
        false
    }

    /// Takes the lock, sleeping as long as that needs.
    #[cold]
    pub fn lock_parked(byte: &AtomicU8) {
        let counter = stripe(byte);
        loop {
            let seen = counter.load(Ordering::Acquire);
            if byte.swap(CONTENDED, Ordering::Acquire) == FREE {
                return;
            }
            let _ = Futex::wait(counter, seen, None);
        }
    }

    /// Takes the lock: spins for about a microsecond, then sleeps.
    #[inline]
    pub fn lock(byte: &AtomicU8) {
        if !ByteLock::lock_spin(byte) {
            ByteLock::lock_parked(byte);
        }
    }

    /// Releases the lock, which this thread holds.
    #[inline(always)]
    pub fn unlock(byte: &AtomicU8) {
        if byte.swap(FREE, Ordering::Release) == CONTENDED {
            ByteLock::wake(byte);
        }
    }

    /// Whether some thread holds the lock.
    #[inline]
    pub fn is_locked(byte: &AtomicU8) -> bool {
        byte.load(Ordering::Relaxed) != FREE
    }

    #[cold]
    fn wake(byte: &AtomicU8) {
        let counter = stripe(byte);
        counter.fetch_add(1, Ordering::Release);
        Futex::wake_all(counter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::UnsafeCell;

    struct Shared(AtomicU8, UnsafeCell<u64>);
    // SAFETY: the cell is only touched under the lock.
    unsafe impl Sync for Shared {}

    #[test]
    fn counts_under_contention() {
        let shared = Shared(AtomicU8::new(0), UnsafeCell::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let shared = &shared;
                    for _ in 0..20_000 {
                        ByteLock::lock(&shared.0);
                        // SAFETY: we hold the lock.
                        unsafe { *shared.1.get() += 1 };
                        ByteLock::unlock(&shared.0);
                    }
                });
            }
        });
        assert_eq!(shared.1.into_inner(), 80_000);
        assert_eq!(shared.0.into_inner(), 0);
    }
}
