//! The lock of a connection: a thread may take it again while it has it, because functions that SQLite calls back may use the
//! connection. It is waited for detached.

use core::sync::atomic::{AtomicU64, Ordering};
use orochi_object::prelude::*;
use std::sync::{Condvar, Mutex, PoisonError};

/// A lock that its owner may take again.
pub(crate) struct Lock {
    /// The owner's number, 0 if there is none. Only the owner itself can find its number here.
    owner: AtomicU64,
    depth: Mutex<u32>,
    free: Condvar,
}

/// Gives the lock back.
pub(crate) struct Held<'a> {
    lock: &'a Lock,
    /// How often the thread had the lock before.
    pub(crate) outer: u32,
}

fn own_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local!(static NUMBER: u64 = NEXT.fetch_add(1, Ordering::Relaxed));
    NUMBER.with(|number| *number)
}

impl Lock {
    pub(crate) const fn new() -> Lock {
        Lock { owner: AtomicU64::new(0), depth: Mutex::new(0), free: Condvar::new() }
    }

    /// Takes the lock.
    pub(crate) fn take(&self, cx: &Cx) -> Held<'_> {
        let me = own_number();
        if self.owner.load(Ordering::Acquire) == me {
            *self.depth.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        } else if !self.try_first(me) {
            cx.detached(|| self.wait(me));
        }
        let depth = *self.depth.lock().unwrap_or_else(PoisonError::into_inner);
        Held { lock: self, outer: depth - 1 }
    }

    fn try_first(&self, me: u64) -> bool {
        let mut depth = self.depth.lock().unwrap_or_else(PoisonError::into_inner);
        if *depth != 0 {
            return false;
        }
        *depth = 1;
        self.owner.store(me, Ordering::Release);
        true
    }

    fn wait(&self, me: u64) {
        let mut depth = self.depth.lock().unwrap_or_else(PoisonError::into_inner);
        while *depth != 0 {
            depth = self.free.wait(depth).unwrap_or_else(PoisonError::into_inner);
        }
        *depth = 1;
        self.owner.store(me, Ordering::Release);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut depth = self.lock.depth.lock().unwrap_or_else(PoisonError::into_inner);
        *depth -= 1;
        if *depth == 0 {
            self.lock.owner.store(0, Ordering::Release);
            drop(depth);
            self.lock.free.notify_one();
        }
    }
}
