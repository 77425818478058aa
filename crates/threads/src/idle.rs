//! A collection while the program waits.
//!
//! A program may wait for what only a finalizer or a callback of a weak reference brings about: that a pool
//! nobody refers to any more ends its threads, say. While all threads wait, nothing is allocated, and no
//! collection would ever be due. So the main thread, which wakes for signals anyway, collects once when it
//! has waited for a while in which nothing was allocated.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::Instant;

/// How long nothing must have been allocated, at least.
const QUIET: Duration = Duration::from_millis(500);
/// And at least so many times the longest pause there was: idle collections take a small part of the time.
const PAUSES: u32 = 20;

/// Bytes allocated up to the last such collection: without an allocation since there is little to find.
static DONE: AtomicU64 = AtomicU64::new(0);

/// What a waiting main thread has seen.
#[derive(Default)]
pub(crate) struct Idle {
    quiet: Option<(u64, Instant)>,
}

impl Idle {
    /// Whether it is time to collect. Asked now and then while the thread waits.
    pub(crate) fn due(&mut self) -> bool {
        let stats = orochi_heap::stats();
        let allocated = stats.allocated_bytes;
        match self.quiet {
            Some((before, since)) if before == allocated => {
                let least = QUIET.max(Duration::from_nanos(stats.max_pause_ns) * PAUSES);
                since.elapsed() >= least
                    && orochi_heap::gc_is_enabled()
                    && DONE.swap(allocated, Ordering::Relaxed) != allocated
            }
            _ => {
                self.quiet = Some((allocated, Instant::now()));
                false
            }
        }
    }
}
