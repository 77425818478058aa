//! Out of memory is an answer, not an abort: the configured limit, and the system's.
#![allow(clippy::undocumented_unsafe_blocks)]

mod common;
use common::*;
use orochi_heap::{self as heap, Config};
use std::sync::atomic::Ordering::*;

fn fill(ctx: &Ctx) -> (u64, usize) {
    let (mut list, mut n) = (0, 0);
    while let Some(o) = ctx.m.alloc(NODE, 24, 0) {
        slot(o.as_ptr(), 1).store(list, Release);
        list = o.as_ptr() as u64;
        n += 1;
        assert!(n < 100_000_000);
    }
    (list, n)
}

/// Counts a list and takes it apart, so that a stale word on a stack keeps one node only.
fn count_and_cut(list: u64) -> usize {
    let (mut count, mut at) = (0, list);
    while at != 0 {
        count += 1;
        at = slot(at as Obj, 1).swap(0, Relaxed);
    }
    count
}

#[test]
fn allocation_fails_gracefully() {
    start(Config { max_bytes: 24 << 20, ..Config::default() });
    thread(|ctx| {
        let (list, n) = fill(ctx);
        assert!(n > 400_000, "{n}");
        assert!(ctx.m.alloc(BYTES, 10 << 20, 0).is_none());
        assert!(ctx.m.alloc(BYTES, usize::MAX - 5, 0).is_none());
        assert!(ctx.m.alloc(BYTES, 100 << 30, 0).is_none());
        // The reserve has room for the error.
        for _ in 0..100 {
            assert!(ctx.m.alloc_reserved(NODE, 24, 0).is_some());
        }
        assert_eq!(ctx.m.poll_word().load(Relaxed), 0);
        assert!(ctx.m.take_reserve_used());
        assert!(!ctx.m.take_reserve_used());
        assert_eq!(count_and_cut(list), n);
    });
    // The demanded full collection makes room again.
    thread(|ctx| {
        ctx.poll();
        ctx.m.collect(true);
        assert!(ctx.m.alloc(BYTES, 10 << 20, 0).is_some());
    });
    limited_address_space();
}

/// The same under a limit of the address space.
fn limited_address_space() {
    thread(|ctx| {
        ctx.m.collect(true);
        heap::set_max_bytes(usize::MAX);
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: u64 = statm.split(' ').next().unwrap().parse().unwrap();
        let limit =
            libc::rlimit { rlim_cur: pages * 4096 + (64 << 20), rlim_max: libc::RLIM_INFINITY };
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
        let (list, n) = fill(ctx);
        assert!(n > 500_000, "{n}");
        assert!(ctx.m.alloc(BYTES, 200 << 20, 0).is_none());
        // A collection with everything live and no memory for a mark stack.
        ctx.roots[0].store(list, Relaxed);
        ctx.m.collect(true);
        ctx.m.collect(false);
        assert_eq!(count_and_cut(list), n);
    });
    thread(|ctx| {
        ctx.m.collect(true);
        assert!(ctx.m.alloc(BYTES, 10 << 20, 0).is_some());
    });
}
