//! Stepping back from locks that are wanted too often.
//!
//! Threads that do little but take one lock do more one after the other than together: together, the lock and what it guards go
//! from one processor's cache to another's each time. So a thread that finds locks held many times in a row takes a nap, in
//! which another works undisturbed. A thread that finds a lock held now and then does not: the lock will be free in a moment.
//!
//! 1. A nap is a sleep with a deadline. Nobody's progress depends on its end.
//! 2. The more threads nap, the longer each does: one comes back in about [`SHARE`].
//! 3. A thread that ends wakes one of those that nap ([`relieve`]), since its processor is free. Threads that wait for signals of
//!    others nap as well: if they did not, those who take turns at a semaphore would do so one operation at a time.
//! 4. A nap may be that of an attached thread. So who stops the world forbids naps, which ends those there are, and allows
//!    them again: the word they sleep on changes before they are woken, so that nobody falls asleep on it after.

use super::futex::Deadline;
use crate::facade::{AtomicU32, FutexWord, Ordering, model_fence};
use core::cell::Cell;
use core::time::Duration;
use std::time::Instant;

/// So many locks found held, each so soon after the one before, are many in a row.
const MANY: u32 = 8;
const SOON: Duration = Duration::from_micros(2);
/// How long a thread works undisturbed; the system adds some 50 microseconds to a nap.
const SHARE: Duration = Duration::from_micros(50);
const LONGEST: Duration = Duration::from_millis(4);

/// The naps of all threads.
struct Naps {
    /// 1 while naps are forbidden.
    forbidden: FutexWord,
    napping: AtomicU32,
}

#[cfg(not(loom))]
static NAPS: Naps = Naps { forbidden: FutexWord::new(0), napping: AtomicU32::new(0) };

thread_local! {
    /// When the thread last found a lock held, and how many in a row.
    static MET: Cell<(Option<Instant>, u32)> = const { Cell::new((None, 0)) };
}

/// The thread has found a lock held. Whether it is to [`step_back`] now.
pub fn met() -> bool {
    let now = Instant::now();
    let (last, count) = MET.get();
    let soon = last.is_some_and(|last| now.duration_since(last) < SOON);
    let count = if soon { count + 1 } else { 0 };
    MET.set((Some(now), count));
    count >= MANY
}

/// Naps, if the thread is to.
#[cfg(not(loom))]
pub fn step_back() {
    if MET.get().1 < MANY {
        return;
    }
    MET.set((None, 0));
    NAPS.nap();
}

impl Naps {
    fn nap(&self) {
        if self.forbidden.load(Ordering::SeqCst) != 0 {
            return;
        }
        let others = self.napping.fetch_add(1, Ordering::SeqCst);
        model_fence();
        let span = (SHARE * (others + 1)).min(LONGEST);
        self.forbidden.sleep_until(0, Some(Deadline::after(span)));
        self.napping.fetch_sub(1, Ordering::SeqCst);
    }

    fn forbid(&self) {
        self.forbidden.store(1, Ordering::SeqCst);
        model_fence();
        if self.napping.load(Ordering::SeqCst) != 0 {
            self.forbidden.wake_all();
        }
    }

    fn relieve(&self) {
        if self.napping.load(Ordering::SeqCst) != 0 {
            self.forbidden.wake_one();
        }
    }

    fn allow(&self) {
        self.forbidden.store(0, Ordering::SeqCst);
    }
}

/// The thread works no more: somebody else may.
#[cfg(not(loom))]
pub fn relieve() {
    NAPS.relieve();
}

/// Ends all naps, and forbids more until [`allow`].
#[cfg(not(loom))]
pub fn forbid() {
    NAPS.forbid();
}

/// Ends what [`forbid`] began.
#[cfg(not(loom))]
pub fn allow() {
    NAPS.allow();
}

/// In the only thread of a forked child.
#[cfg(not(loom))]
pub fn after_fork() {
    NAPS.napping.store(0, Ordering::SeqCst);
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    #[test]
    fn a_stop_ends_naps() {
        loom::model(|| {
            let naps = Arc::new(Naps { forbidden: FutexWord::new(0), napping: AtomicU32::new(0) });
            let theirs = naps.clone();
            // Without a deadline in the model, it would sleep for good.
            let other = loom::thread::spawn(move || theirs.nap());
            naps.forbid();
            other.join().unwrap();
            naps.allow();
        });
    }
}
