//! Stepping back from locks that are wanted too often.
//!
//! Threads that do little but take one lock do more one after the other than together: together, the lock and what it guards go
//! from one processor's cache to another's each time. So a thread that finds locks held many times in a row takes a nap, in
//! which another works undisturbed. A thread that finds a lock held now and then does not: the lock will be free in a moment.

use core::cell::Cell;
use core::time::Duration;
use std::time::Instant;

/// So many locks found held, each so soon after the one before, are many in a row.
const MANY: u32 = 8;
const SOON: Duration = Duration::from_micros(2);
/// A nap; the system adds some 50 microseconds.
const NAP: Duration = Duration::from_micros(20);

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
pub fn step_back() {
    if MET.get().1 >= MANY {
        MET.set((None, 0));
        std::thread::sleep(NAP);
    }
}
