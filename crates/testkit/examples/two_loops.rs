//! The machine's limit: a pure loop in one thread, then the same loop in each of two threads. What
//! the second takes longer than the first, no interpreter can win back.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

fn work() -> u64 {
    let mut x = black_box(1_u64);
    for _ in 0..300_000_000_u64 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    x
}

fn seconds(threads: usize) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| black_box(work()));
        }
    });
    start.elapsed().as_secs_f64()
}

fn main() {
    let rounds = 5;
    let (mut one, mut two) = (f64::MAX, f64::MAX);
    for _ in 0..rounds {
        one = one.min(seconds(1));
        two = two.min(seconds(2));
    }
    println!("one thread {one:.3} s, two threads {two:.3} s");
    println!(
        "doing twice the work took {:.2} times as long; the speedup is {:.2}",
        two / one,
        2.0 * one / two
    );
}
