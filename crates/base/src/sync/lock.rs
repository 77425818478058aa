//! A futex mutex without poisoning, usable in statics and across `fork`.

use crate::facade::{FutexWord, Ordering, SPINS, spin};
use core::cell::UnsafeCell;
use core::ops::{Deref, DerefMut};

/// The lock without data: 0 free, 1 held, 2 held with sleepers.
pub struct RawLock(FutexWord);

impl RawLock {
    /// A free lock.
    #[cfg(not(loom))]
    pub const fn new() -> RawLock {
        RawLock(FutexWord::new(0))
    }

    /// A free lock.
    #[cfg(loom)]
    pub fn new() -> RawLock {
        RawLock(FutexWord::new(0))
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> bool {
        self.0.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Takes the lock.
    #[inline]
    pub fn lock(&self) {
        if !self.try_lock() {
            self.lock_slow();
        }
    }

    #[cold]
    fn lock_slow(&self) {
        for _ in 0..SPINS {
            spin();
            if self.try_lock() {
                return;
            }
        }
        while self.0.swap(2, Ordering::Acquire) != 0 {
            self.0.sleep(2);
        }
    }

    /// Releases the lock. The caller holds it (or is the only thread of a forked child whose
    /// parent held it).
    #[inline]
    pub fn unlock(&self) {
        if self.0.swap(0, Ordering::Release) == 2 {
            self.0.wake_one();
        }
    }

    /// Makes the lock free whatever its state; for the only thread of a forked child.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Release);
    }
}

impl Default for RawLock {
    fn default() -> Self {
        RawLock::new()
    }
}

/// A value behind a [`RawLock`].
pub struct Lock<T> {
    raw: RawLock,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached only under the lock.
unsafe impl<T: Send> Sync for Lock<T> {}
// SAFETY: owning the lock is owning the value.
unsafe impl<T: Send> Send for Lock<T> {}

impl<T> Lock<T> {
    /// A free lock around `value`.
    #[cfg(not(loom))]
    pub const fn new(value: T) -> Lock<T> {
        Lock { raw: RawLock::new(), value: UnsafeCell::new(value) }
    }

    /// Takes the lock until the guard is dropped.
    #[inline]
    pub fn lock(&self) -> LockGuard<'_, T> {
        self.raw.lock();
        LockGuard { lock: self }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        self.raw.try_lock().then_some(LockGuard { lock: self })
    }

    /// The lock without the value.
    pub fn raw(&self) -> &RawLock {
        &self.raw
    }

    /// The value, without taking the lock.
    pub fn as_ptr(&self) -> *mut T {
        self.value.get()
    }
}

/// Proof that a [`Lock`] is held.
pub struct LockGuard<'a, T> {
    lock: &'a Lock<T>,
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the guard is the exclusive right to the value.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the guard is the exclusive right to the value.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for LockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.raw.unlock();
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    #[test]
    fn one_holds_it_and_nobody_sleeps_beside_a_free_one() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let lock = Arc::new((RawLock::new(), loom::cell::UnsafeCell::new(0)));
            let bump = |lock: &(RawLock, loom::cell::UnsafeCell<u32>)| {
                lock.0.lock();
                // SAFETY: under the lock.
                lock.1.with_mut(|n| unsafe { *n += 1 });
                lock.0.unlock();
            };
            let others: Vec<_> = (0..2)
                .map(|_| {
                    let lock = lock.clone();
                    loom::thread::spawn(move || bump(&lock))
                })
                .collect();
            bump(&lock);
            others.into_iter().for_each(|other| other.join().unwrap());
            // SAFETY: nobody else is left.
            lock.1.with(|n| assert_eq!(unsafe { *n }, 3));
        });
    }
}
