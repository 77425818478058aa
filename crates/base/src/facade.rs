//! Atomics and futex calls that are the real ones in a build and loom's in a model.

#[cfg(not(loom))]
pub use real::*;

#[cfg(loom)]
pub use model::*;

#[cfg(not(loom))]
mod real {
    pub use core::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

    /// Sleeps while `word` holds `expected`; may return early.
    #[inline]
    pub fn futex_wait(word: &AtomicU32, expected: u32) {
        let _ = crate::sync::Futex::wait(word, expected, None);
    }

    /// Wakes every sleeper on `word`.
    #[inline]
    pub fn futex_wake_all(word: &AtomicU32) {
        crate::sync::Futex::wake_all(word);
    }

    /// Nothing: stands between a sequentially consistent store and a load of another word, where
    /// the model needs a fence because loom takes such accesses for acquire and release only.
    #[inline(always)]
    pub fn model_fence() {}

    /// A hint inside a spin loop.
    #[inline]
    pub fn spin() {
        core::hint::spin_loop();
    }

    /// How often a waiter looks before it sleeps.
    pub const SPINS: u32 = 100;
}

#[cfg(loom)]
mod model {
    pub use loom::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

    /// In a model a futex wait is a yield: the caller's loop looks again.
    pub fn futex_wait(word: &AtomicU32, expected: u32) {
        if word.load(Ordering::SeqCst) == expected {
            loom::thread::yield_now();
        }
    }

    /// Nothing sleeps in a model.
    pub fn futex_wake_all(_word: &AtomicU32) {}

    /// See the real one.
    pub fn model_fence() {
        fence(Ordering::SeqCst);
    }

    /// A scheduling point.
    pub fn spin() {
        loom::thread::yield_now();
    }

    /// Models do not spin.
    pub const SPINS: u32 = 0;
}
