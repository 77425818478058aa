//! A lock that its owner may take again: what is inside `_thread.RLock` and the import lock.
//!
//! `owner` is written only by the thread that holds the word; a thread that reads its own ident
//! there holds the lock. `count` is the owner's.

use crate::lock::{free, take};
use crate::time::Patience;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use orochi_object::prelude::*;

/// A reentrant lock; all zero is a free one.
#[repr(C)]
pub struct Reentrant {
    word: AtomicU32,
    count: AtomicU32,
    owner: AtomicU64,
}

impl Reentrant {
    /// A free lock.
    pub const fn new() -> Reentrant {
        Reentrant { word: AtomicU32::new(0), count: AtomicU32::new(0), owner: AtomicU64::new(0) }
    }

    /// Whether some thread holds it.
    pub fn is_held(&self) -> bool {
        self.word.load(Ordering::Acquire) != 0
    }

    /// Whether the calling thread holds it.
    pub fn is_owned(&self, cx: &Cx) -> bool {
        self.owner.load(Ordering::Relaxed) == cx.ident.get()
    }

    /// The ident of the thread that holds it, 0 if none does.
    pub(crate) fn owner(&self) -> u64 {
        self.owner.load(Ordering::Relaxed)
    }

    /// How often its owner has taken it.
    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    /// Takes it once (more), waiting as long as it takes.
    ///
    /// # Errors
    /// Whatever a signal handler raises meanwhile; OverflowError for too many times.
    pub fn acquire(&self, cx: &Cx) -> Res<()> {
        self.acquire_within(cx, Patience::Forever).map(|_| ())
    }

    pub(crate) fn acquire_within(&self, cx: &Cx, patience: Patience) -> Res<bool> {
        if self.is_owned(cx) {
            let count = self.count();
            if count == u32::MAX {
                return raise!(cx, OVERFLOW_ERROR, "Internal lock count overflowed");
            }
            self.count.store(count + 1, Ordering::Relaxed);
            return Ok(true);
        }
        let taken = take(cx, &self.word, patience)?;
        if taken {
            self.own(cx, 1);
        }
        Ok(taken)
    }

    /// Undoes one taking; false if the calling thread does not hold it.
    pub fn release(&self, cx: &Cx) -> bool {
        if !self.is_owned(cx) {
            return false;
        }
        match self.count() {
            0 | 1 => self.disown(),
            n => self.count.store(n - 1, Ordering::Relaxed),
        }
        true
    }

    /// Takes it for the calling thread, which does not hold it, as if `count` times.
    pub(crate) fn acquire_times(&self, cx: &Cx, count: u32) -> Res<()> {
        take(cx, &self.word, Patience::Forever)?;
        self.own(cx, count);
        Ok(())
    }

    fn own(&self, cx: &Cx, count: u32) {
        self.owner.store(cx.ident.get(), Ordering::Relaxed);
        self.count.store(count, Ordering::Relaxed);
    }

    /// Frees it, however often its owner, the calling thread, has taken it.
    pub(crate) fn disown(&self) {
        self.count.store(0, Ordering::Relaxed);
        self.owner.store(0, Ordering::Relaxed);
        free(&self.word);
    }

    /// In a forked child: frees it, whoever held it.
    pub fn reset(&self) {
        self.count.store(0, Ordering::Relaxed);
        self.owner.store(0, Ordering::Relaxed);
        self.word.store(0, Ordering::Release);
    }
}

impl Default for Reentrant {
    fn default() -> Reentrant {
        Reentrant::new()
    }
}
