//! The machine's limit on the speedup of two threads.

use orochi_testkit::limit;

fn main() {
    let limit = limit::measure(5, 300_000_000);
    println!("one thread {:.3} s, two threads {:.3} s", limit.one, limit.two);
    println!(
        "doing twice the work took {:.2} times as long; the speedup is {:.2}",
        limit.two / limit.one,
        limit.speedup()
    );
}
