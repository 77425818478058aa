//! A mutual-exclusion lock in one byte, for a byte inside every heap object.
//!
//! 1. The byte is 0 (free) or 1 (held). Taking it is one read-modify-write with Acquire, releasing it one plain store with
//!    Release: what is held for some nanoseconds should not cost more than that.
//! 2. So a holder does not learn that somebody waits, and wakes nobody. A waiter spins, lets others run, then naps, each
//!    time longer up to [`LONGEST_NAP`], and looks again. No wake can be lost.
//! 3. A thread that finds locks held many times in a row steps back first ([`contention`]).
//! 4. That suits locks whose holders run no Python code and end soon. Nothing but the byte exists: a `fork` has nothing to
//!    put right.

use super::contention;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;

const FREE: u8 = 0;
const HELD: u8 = 1;

/// Rounds of the first wait; a round is one pause instruction, so the whole is under 1 µs.
const SPINS: u32 = 20;
/// How often a waiter lets others run before it naps.
const YIELDS: u32 = 4;
const FIRST_NAP: Duration = Duration::from_micros(20);
/// Waiters may be attached: a stop of the world waits for the end of their nap.
const LONGEST_NAP: Duration = Duration::from_micros(100);

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
        ByteLock::try_lock(byte) || spin_until(|| ByteLock::try_again(byte))
    }

    /// Looks before it writes, so that waiters do not take the cache line from the holder.
    fn try_again(byte: &AtomicU8) -> bool {
        byte.load(Ordering::Relaxed) == FREE && ByteLock::try_lock(byte)
    }

    /// Takes the lock, sleeping as long as that needs.
    #[cold]
    pub fn lock_parked(byte: &AtomicU8) {
        contention::step_back();
        nap_until(|| ByteLock::try_again(byte));
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
        byte.store(FREE, Ordering::Release);
    }

    /// Whether some thread holds the lock.
    #[inline]
    pub fn is_locked(byte: &AtomicU8) -> bool {
        byte.load(Ordering::Relaxed) != FREE
    }
}

/// Whether `ready` says yes within about a microsecond.
#[cold]
pub fn spin_until(mut ready: impl FnMut() -> bool) -> bool {
    if contention::met() {
        return false;
    }
    for _ in 0..SPINS {
        core::hint::spin_loop();
        if ready() {
            return true;
        }
    }
    false
}

/// Lets others run, then naps, until `ready` says yes.
#[cold]
pub fn nap_until(mut ready: impl FnMut() -> bool) {
    for _ in 0..YIELDS {
        if ready() {
            return;
        }
        std::thread::yield_now();
    }
    let mut nap = FIRST_NAP;
    while !ready() {
        std::thread::sleep(nap);
        nap = (nap * 2).min(LONGEST_NAP);
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
