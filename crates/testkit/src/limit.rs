//! The machine's limit: a pure loop in one thread, then the same loop in each of two threads. What
//! the second takes longer than the first, no interpreter can win back.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

/// Seconds, the least of some rounds.
pub struct Limit {
    /// One thread with the loop.
    pub one: f64,
    /// Two threads, each with the whole loop.
    pub two: f64,
}

impl Limit {
    /// How many times the work of one thread two do in the same time.
    pub fn speedup(&self) -> f64 {
        2.0 * self.one / self.two
    }
}

/// Measures `rounds` times in turn a loop of `steps` steps.
pub fn measure(rounds: usize, steps: u64) -> Limit {
    let mut limit = Limit { one: f64::MAX, two: f64::MAX };
    for _ in 0..rounds {
        limit.one = limit.one.min(seconds(1, steps));
        limit.two = limit.two.min(seconds(2, steps));
    }
    limit
}

fn work(steps: u64) -> u64 {
    let mut x = black_box(1_u64);
    for _ in 0..steps {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    x
}

fn seconds(threads: usize, steps: u64) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| black_box(work(steps)));
        }
    });
    start.elapsed().as_secs_f64()
}
