//! Measures allocation with collection: binary trees, churn, and pauses over a large live heap.
//!
//! `cargo run --profile fast -p orochi-heap --example alloc_bench`
#![allow(clippy::undocumented_unsafe_blocks, unreachable_pub)]

use orochi_heap::{self as heap, Client, Config, Header, Layout, Mutator, Tracer};
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::time::Instant;

type Obj = *mut Header;

fn slot(object: Obj, index: usize) -> &'static AtomicU64 {
    unsafe { &*Header::payload(object).cast::<AtomicU64>().add(index) }
}

unsafe fn trace_pair(object: Obj, tracer: &mut Tracer) {
    tracer.visit(slot(object, 0).load(Acquire));
    tracer.visit(slot(object, 1).load(Acquire));
}

static LAYOUTS: [Layout; 1] =
    [Layout { name: "pair", trace: Some(trace_pair), trace_range: None, drop: None }];

static ROOTS: [AtomicU64; 64] = [const { AtomicU64::new(0) }; 64];

struct Bench;
impl Client for Bench {
    fn trace_roots(&self, tracer: &mut Tracer) {
        ROOTS.iter().for_each(|r| tracer.visit_slot(r));
    }
    fn trace_mutator(&self, _: &Mutator, _: &mut Tracer) {}
}

#[inline(always)]
fn pair(m: &Mutator, a: u64, b: u64) -> u64 {
    if m.poll_word().load(Relaxed) == 0 {
        m.poll_slow();
    }
    let o = m.alloc(0, 16, 0).expect("memory").as_ptr();
    slot(o, 0).store(a, Release);
    slot(o, 1).store(b, Release);
    o as u64
}

fn tree(m: &Mutator, depth: u32) -> u64 {
    if depth == 0 {
        return pair(m, 0, 0);
    }
    let a = tree(m, depth - 1);
    let b = tree(m, depth - 1);
    pair(m, a, b)
}

fn count(word: u64) -> u64 {
    if word == 0 {
        return 0;
    }
    1 + count(slot(word as Obj, 0).load(Relaxed)) + count(slot(word as Obj, 1).load(Relaxed))
}

/// Wall time and processor time of the process.
struct Clock(Instant, f64);

impl Clock {
    fn now() -> Clock {
        let mut spec = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut spec) };
        Clock(Instant::now(), spec.tv_sec as f64 * 1e9 + spec.tv_nsec as f64)
    }
}

fn report(name: &str, objects: u64, began: Clock) {
    let ns = began.0.elapsed().as_nanos() as f64 / objects as f64;
    let cpu = (Clock::now().1 - began.1) / objects as f64;
    let s = heap::stats();
    println!(
        "{name}: {ns:.2} ns/object (processor {cpu:.2}); nursery {} full {}; pause last {} us, max nursery {} us, max {} us, live {} KiB, mapped {} MiB",
        s.nursery_collections,
        s.full_collections,
        s.last_pause_ns / 1000,
        s.max_nursery_pause_ns / 1000,
        s.max_pause_ns / 1000,
        s.live_bytes >> 10,
        s.mapped_bytes >> 20,
    );
}

fn binary_trees(m: &Mutator, depth: u32) {
    let began = Clock::now();
    let mut objects = 0;
    let long = tree(m, depth);
    ROOTS[0].store(long, Relaxed);
    objects += (1u64 << (depth + 1)) - 1;
    let mut d = 4;
    while d <= depth {
        let rounds = 1u64 << (depth - d + 4);
        for _ in 0..rounds {
            let t = tree(m, d);
            std::hint::black_box(t);
            objects += (1 << (d + 1)) - 1;
        }
        d += 4;
    }
    report("binary trees", objects, began);
    assert_eq!(count(long), (1 << (depth + 1)) - 1);
    ROOTS[0].store(0, Relaxed);
}

fn churn(m: &Mutator, objects: u64) {
    let began = Clock::now();
    for i in 0..objects {
        let o = pair(m, i << 1 | 1, 0);
        ROOTS[(i % 64) as usize].store(o, Relaxed);
    }
    report("churn", objects, began);
    for (i, root) in ROOTS.iter().enumerate() {
        let value = slot(root.load(Relaxed) as Obj, 0).load(Relaxed) >> 1;
        assert_eq!(value % 64, i as u64);
        root.store(0, Relaxed);
    }
}

fn pauses(m: &Mutator) {
    let t = tree(m, 20);
    ROOTS[0].store(t, Relaxed);
    let mut least = f64::MAX;
    for _ in 0..8 {
        let began = Instant::now();
        m.collect(true);
        least = least.min(began.elapsed().as_secs_f64() * 1e3);
    }
    let s = heap::stats();
    println!(
        "full pause {least:.2} ms at {} MiB live, {:.2} ms per 100 MB, {} objects, {} threads",
        s.live_bytes >> 20,
        least * 1e8 / s.live_bytes as f64,
        s.traced_objects,
        s.mark_threads,
    );
    let began = Instant::now();
    m.collect(false);
    println!("empty nursery pause {:.0} us", began.elapsed().as_secs_f64() * 1e6);
    assert_eq!(count(t), (1 << 21) - 1);
    ROOTS[0].store(0, Relaxed);
    m.collect(true);
    println!("after: {:?}", heap::stats().mapped_bytes >> 20);
}

fn main() {
    let began = Instant::now();
    heap::init(Config::default(), &LAYOUTS, &Bench);
    let m = Box::new(Mutator::new());
    heap::attach(&m);
    m.set_poll_limit(1);
    if std::env::args().nth(1).as_deref() == Some("pauses") {
        return pauses(&m);
    }
    std::hint::black_box(pair(&m, 0, 0));
    println!("start-up {:.1} us", began.elapsed().as_secs_f64() * 1e6);
    let began = Instant::now();
    for _ in 0..1_000_000 {
        m.detached(|| std::hint::black_box(()));
    }
    println!("detach and attach {:.1} ns", began.elapsed().as_secs_f64() * 1e3);
    for _ in 0..2 {
        binary_trees(&m, 16);
        churn(&m, 20_000_000);
    }
    pauses(&m);
    let threads = 2;
    let began = Clock::now();
    m.detached(|| {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let m = Box::new(Mutator::new());
                    heap::attach(&m);
                    m.set_poll_limit(1);
                    for i in 0..20_000_000u64 {
                        std::hint::black_box(pair(&m, i << 1 | 1, 0));
                    }
                    heap::detach_forever(&m);
                });
            }
        })
    });
    report("churn on two threads", 20_000_000 * threads, began);
    heap::detach_forever(&m);
}
