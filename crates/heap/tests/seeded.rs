//! The detector proves itself: bugs put in on purpose must be reported.
#![allow(clippy::undocumented_unsafe_blocks)]

mod common;
use common::*;
use orochi_heap::Config;
use std::sync::atomic::Ordering::*;

#[test]
fn seeded_bugs_are_found() {
    start(Config { verify: true, poison: true, ..Config::default() });
    TOY.tolerate.store(true, Relaxed);
    missing_barrier();
    write_to_freed_memory();
    dangling_reference();
    forgotten_field();
    correct_program();
}

fn faults() -> Vec<String> {
    std::mem::take(&mut *TOY.faults.lock().unwrap())
}

/// An old object gets a young child without a barrier.
fn missing_barrier() {
    thread(|ctx| {
        let old = ctx.node(1, 0, 0);
        ctx.roots[0].store(old as u64, Relaxed);
        ctx.m.collect(false);
        let address = old as usize;
        ctx.m.detached(|| {
            thread(|other| {
                let young = other.node(2, 0, 0);
                slot(address as Obj, 1).store(young as u64, Release);
            })
        });
        ctx.m.collect(false);
        slot(old, 1).store(0, Relaxed);
    });
    let found = faults();
    assert!(found.iter().any(|f| f.contains("bears no mark")), "{found:?}");
}

/// A stale pointer is written through.
fn write_to_freed_memory() {
    let stale: Vec<usize> = thread(|ctx| (0..10_000).map(|_| ctx.node(1, 0, 0) as usize).collect());
    thread(|ctx| ctx.m.collect(true));
    for address in stale {
        slot(address as Obj, 2).store(3, Relaxed);
    }
    thread(|ctx| {
        for _ in 0..400_000 {
            ctx.make(BYTES, 16);
        }
    });
    let found = faults();
    assert!(found.iter().any(|f| f.contains("free memory was written")), "{found:?}");
    thread(|ctx| ctx.m.collect(true));
    faults();
}

/// A reference to a dead object is stored.
fn dangling_reference() {
    let stale = thread(|ctx| (0..100).map(|_| ctx.node(1, 0, 0) as usize).last().unwrap());
    thread(|ctx| ctx.m.collect(true));
    thread(|ctx| {
        let node = ctx.node(2, 0, 0);
        ctx.roots[0].store(node as u64, Relaxed);
        // Hidden from the marker, seen by the verifier, as a lost mark would be.
        ctx.m.collect(false);
        slot(node, 1).store(stale as u64, Release);
        ctx.m.collect(false);
        slot(node, 1).store(0, Release);
    });
    assert!(!faults().is_empty());
}

/// A layout does not trace one of its fields: its object is freed, and the poison shows.
fn forgotten_field() {
    thread(|ctx| {
        let holder = ctx.make(FORGETFUL, 24);
        ctx.roots[0].store(holder as u64, Relaxed);
        let address = holder as usize;
        ctx.m.detached(|| {
            thread(|other| {
                let child = other.node(4, 0, 0);
                slot(address as Obj, 2).store(child as u64, Release);
            })
        });
        ctx.m.collect(true);
    });
    let found = faults();
    assert!(found.iter().any(|f| f.contains("not traced")), "{found:?}");
}

fn correct_program() {
    thread(|ctx| {
        for i in 0..50_000u64 {
            let kid = ctx.roots[(i % 60) as usize].load(Relaxed);
            let node = ctx.node(i, kid, 0);
            ctx.roots[(i * 7 % 60) as usize].store(node as u64, Relaxed);
            if i % 1000 == 0 {
                ctx.roots.iter().take(50).for_each(|r| r.store(0, Relaxed));
                ctx.m.collect(i % 3000 == 0);
            }
        }
    });
    assert_eq!(faults(), Vec::<String>::new());
}
