//! One thread sleeps, others wake it; a wake that comes first is kept.

use super::futex::{Deadline, Futex, Wait};
use core::sync::atomic::{AtomicU32, Ordering};

const EMPTY: u32 = 0;
const NOTIFIED: u32 = 1;

/// A token that one thread waits for and any thread hands out.
pub struct Parker(AtomicU32);

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Parker {
        Parker(AtomicU32::new(EMPTY))
    }

    /// Waits for a token and takes it. Returns at once, without a token, when a signal arrives or
    /// the deadline passes; `Woken` means that the token was taken.
    pub fn park(&self, deadline: Option<Deadline>) -> Wait {
        loop {
            if self.0.swap(EMPTY, Ordering::Acquire) == NOTIFIED {
                return Wait::Woken;
            }
            match Futex::wait(&self.0, EMPTY, deadline) {
                Wait::Woken | Wait::Changed => {}
                other => {
                    if self.0.swap(EMPTY, Ordering::Acquire) == NOTIFIED {
                        return Wait::Woken;
                    }
                    return other;
                }
            }
        }
    }

    /// Hands out the token; further ones before the next `park` are the same one.
    pub fn unpark(&self) {
        if self.0.swap(NOTIFIED, Ordering::Release) == EMPTY {
            Futex::wake(&self.0, 1);
        }
    }
}

impl Default for Parker {
    fn default() -> Self {
        Parker::new()
    }
}
