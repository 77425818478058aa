//! One thread sleeps, others wake it; a wake that comes first is kept.

use super::futex::{Deadline, Wait};
use crate::facade::{FutexWord, Ordering};

const EMPTY: u32 = 0;
const NOTIFIED: u32 = 1;

/// A token that one thread waits for and any thread hands out.
pub struct Parker(FutexWord);

impl Parker {
    /// A parker without a token.
    #[cfg(not(loom))]
    pub const fn new() -> Parker {
        Parker(FutexWord::new(EMPTY))
    }

    /// A parker without a token.
    #[cfg(loom)]
    pub fn new() -> Parker {
        Parker(FutexWord::new(EMPTY))
    }

    /// Waits for a token and takes it. Returns at once, without a token, when a signal arrives or
    /// the deadline passes; `Woken` means that the token was taken.
    pub fn park(&self, deadline: Option<Deadline>) -> Wait {
        loop {
            if self.0.swap(EMPTY, Ordering::Acquire) == NOTIFIED {
                return Wait::Woken;
            }
            match self.0.sleep_until(EMPTY, deadline) {
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
            self.0.wake_one();
        }
    }
}

impl Default for Parker {
    fn default() -> Self {
        Parker::new()
    }
}

#[cfg(all(test, loom))]
mod models {
    use super::*;
    use loom::sync::Arc;

    #[test]
    fn no_token_is_lost() {
        loom::model(|| {
            let parkers = Arc::new((Parker::new(), Parker::new()));
            let theirs = parkers.clone();
            let other = loom::thread::spawn(move || {
                theirs.0.unpark();
                assert_eq!(theirs.1.park(None), Wait::Woken);
            });
            assert_eq!(parkers.0.park(None), Wait::Woken);
            parkers.1.unpark();
            other.join().unwrap();
        });
    }
}
