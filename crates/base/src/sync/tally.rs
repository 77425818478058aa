//! A counter that many threads bump without writing to the same cache line.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

const LANES: usize = 8;
/// Words of a cache line; two, as processors fetch them in pairs.
const STRIDE: usize = 16;

/// A sum, kept in lanes far from each other. It needs no alignment of its own: lanes may share a line
/// with what lies before and after, not with each other.
pub struct Tally([AtomicU64; LANES * STRIDE]);

impl Tally {
    /// Adds one in the lane of the thread that is known by `thread`, any number of its own.
    #[inline]
    pub fn add(&self, thread: u64) {
        // Numbers of threads are often addresses: the high bits of a product depend on all of them.
        let lane = thread.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
        self.0[lane as usize * STRIDE].fetch_add(1, Relaxed);
    }
    /// The sum; what others add meanwhile may be in it.
    pub fn sum(&self) -> u64 {
        self.0.iter().step_by(STRIDE).fold(0, |sum, lane| sum.wrapping_add(lane.load(Relaxed)))
    }
    /// Starts again at zero.
    pub fn reset(&self) {
        self.0.iter().step_by(STRIDE).for_each(|lane| lane.store(0, Relaxed));
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_threads_add_is_summed() {
        let tally = Tally([const { AtomicU64::new(0) }; LANES * STRIDE]);
        for thread in 0..1000 {
            tally.add(thread << 12);
        }
        assert_eq!(tally.sum(), 1000);
        assert!(tally.0.iter().all(|lane| lane.load(Relaxed) < 400), "lanes are used alike");
        tally.reset();
        assert_eq!(tally.sum(), 0);
    }
}
