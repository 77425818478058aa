//! Atomics and futex words that are the real ones in a build and loom's in a model.

#[cfg(not(loom))]
pub use real::*;

#[cfg(loom)]
pub use model::*;

#[cfg(not(loom))]
mod real {
    use crate::sync::{Deadline, Futex, Wait};
    pub use core::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

    /// A word that threads sleep on.
    #[derive(Default)]
    #[repr(transparent)]
    pub struct FutexWord(AtomicU32);

    impl FutexWord {
        pub const fn new(value: u32) -> FutexWord {
            FutexWord(AtomicU32::new(value))
        }
        /// Sleeps while the word holds `expected`; may return early.
        #[inline]
        pub fn sleep(&self, expected: u32) {
            let _ = Futex::wait(&self.0, expected, None);
        }
        /// As `sleep`, with a deadline; tells why it returns.
        #[inline]
        pub fn sleep_until(&self, expected: u32, deadline: Option<Deadline>) -> Wait {
            Futex::wait(&self.0, expected, deadline)
        }
        #[inline]
        pub fn wake_one(&self) {
            Futex::wake(&self.0, 1);
        }
        #[inline]
        pub fn wake_all(&self) {
            Futex::wake_all(&self.0);
        }
    }

    impl core::ops::Deref for FutexWord {
        type Target = AtomicU32;
        #[inline(always)]
        fn deref(&self) -> &AtomicU32 {
            &self.0
        }
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
    use crate::sync::{Deadline, Wait};
    pub use loom::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering, fence};

    /// A word and those who sleep on it. Deadlines never pass in a model, so that who sleeps for good is found.
    pub struct FutexWord {
        word: AtomicU32,
        gate: loom::sync::Mutex<()>,
        sleepers: loom::sync::Condvar,
    }

    impl FutexWord {
        pub fn new(value: u32) -> FutexWord {
            FutexWord {
                word: AtomicU32::new(value),
                gate: loom::sync::Mutex::new(()),
                sleepers: loom::sync::Condvar::new(),
            }
        }
        pub fn sleep(&self, expected: u32) {
            let _ = self.sleep_until(expected, None);
        }
        pub fn sleep_until(&self, expected: u32, _: Option<Deadline>) -> Wait {
            let gate = self.gate.lock().unwrap();
            if self.word.load(Ordering::SeqCst) != expected {
                return Wait::Changed;
            }
            drop(self.sleepers.wait(gate));
            Wait::Woken
        }
        pub fn wake_one(&self) {
            let _gate = self.gate.lock();
            self.sleepers.notify_one();
        }
        pub fn wake_all(&self) {
            let _gate = self.gate.lock();
            self.sleepers.notify_all();
        }
    }

    impl Default for FutexWord {
        fn default() -> FutexWord {
            FutexWord::new(0)
        }
    }

    impl core::ops::Deref for FutexWord {
        type Target = AtomicU32;
        fn deref(&self) -> &AtomicU32 {
            &self.word
        }
    }

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
