//! Stepping back from locks that are wanted too often.
//!
//! Threads that do little but take one lock do more one after the other than together: together, the lock and what it guards go
//! from one processor's cache to another's each time. So a thread that finds locks held many times in a row takes a nap, in
//! which another works undisturbed. A thread that finds a lock held now and then does not: the lock will be free in a moment.
//!
//! 1. A nap is a sleep on [`NAPS`] with a deadline. Nobody's progress depends on its end.
//! 2. The more threads nap, the longer each does: one comes back in about [`SHARE`].
//! 3. A thread that waits for signals of others now and then does not nap: they may be waiting for its own ([`waits`]).
//! 4. A nap may be that of an attached thread. So who stops the world forbids naps, which ends those there are, and allows
//!    them again: the stop changes [`NAPS`] before it wakes the sleepers, and a thread that read the word
//!    before does not fall asleep on it.

use super::futex::{Deadline, Futex};
use core::cell::Cell;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::time::Instant;

/// So many locks found held, each so soon after the one before, are many in a row.
const MANY: u32 = 8;
const SOON: Duration = Duration::from_micros(2);
/// How long a thread works undisturbed; the system adds some 50 microseconds to a nap.
const SHARE: Duration = Duration::from_micros(50);
const LONGEST: Duration = Duration::from_millis(4);

/// So long after it waited for a signal a thread does not nap.
const WAITS: Duration = Duration::from_millis(10);

/// 1 while the world is stopped.
static NAPS: AtomicU32 = AtomicU32::new(0);
/// How many threads nap.
static NAPPING: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// When the thread last found a lock held, and how many in a row.
    static MET: Cell<(Option<Instant>, u32)> = const { Cell::new((None, 0)) };
    /// When it last waited for a signal.
    static WAITED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The thread has found a lock held. Whether it is to [`step_back`] now.
pub fn met() -> bool {
    let now = Instant::now();
    let (last, count) = MET.get();
    let soon = last.is_some_and(|last| now.duration_since(last) < SOON);
    let mut count = if soon { count + 1 } else { 0 };
    if count >= MANY && WAITED.get().is_some_and(|last| now.duration_since(last) < WAITS) {
        count = 0;
    }
    MET.set((Some(now), count));
    count >= MANY
}

/// Naps, if the thread is to.
pub fn step_back() {
    if MET.get().1 < MANY {
        return;
    }
    MET.set((None, 0));
    let seen = NAPS.load(Ordering::SeqCst);
    if seen != 0 {
        return;
    }
    let others = NAPPING.fetch_add(1, Ordering::SeqCst);
    let span = (SHARE * (others + 1)).min(LONGEST);
    let _ = Futex::wait(&NAPS, seen, Some(Deadline::after(span)));
    NAPPING.fetch_sub(1, Ordering::SeqCst);
}

/// The thread waits for something that another one has to do.
pub fn waits() {
    WAITED.set(Some(Instant::now()));
}

/// Ends all naps, and forbids more until [`allow`].
pub fn forbid() {
    NAPS.store(1, Ordering::SeqCst);
    if NAPPING.load(Ordering::SeqCst) != 0 {
        Futex::wake_all(&NAPS);
    }
}

/// Ends what [`forbid`] began.
pub fn allow() {
    NAPS.store(0, Ordering::SeqCst);
}

/// In the only thread of a forked child.
pub fn after_fork() {
    NAPPING.store(0, Ordering::SeqCst);
}
