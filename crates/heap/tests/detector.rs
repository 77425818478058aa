//! The detector finds a reference that was hidden in a `Vec`.
#![allow(clippy::undocumented_unsafe_blocks)]

mod common;
use common::*;
use orochi_heap::{Config, detector};
use std::sync::atomic::Ordering::*;

#[global_allocator]
static ALLOCATOR: detector::WatchedAllocator = detector::WatchedAllocator;

#[test]
fn hidden_references_are_found() {
    start(Config { verify: true, ..Config::default() });
    TOY.tolerate.store(true, Relaxed);
    let faults = || std::mem::take(&mut *TOY.faults.lock().unwrap());
    let hidden: Vec<usize> = thread(|ctx| (0..10).map(|i| ctx.node(i, 0, 0) as usize).collect());
    thread(|ctx| ctx.m.collect(false));
    let found = faults();
    assert!(found.iter().any(|f| f.contains("hidden reference: a dying node")), "{found:?}");
    drop(hidden);
    // Exempt memory is not searched, nor is what the collector sees.
    let exempt: Vec<usize> =
        detector::exempt(|| thread(|ctx| (0..10).map(|i| ctx.node(i, 0, 0) as usize).collect()));
    let exempt = detector::exempt(|| exempt.clone());
    thread(|ctx| {
        let node = ctx.node(1, 0, 0);
        ctx.roots[0].store(node as u64, Relaxed);
        let seen = vec![node as usize];
        ctx.m.collect(true);
        drop(seen);
        for _ in 0..10_000 {
            let o = ctx.make(DROPPED, 24);
            slot(o, 0).store(77, Relaxed);
            ctx.m.register_finalizable(ctx.node(3, 0, 0));
        }
    });
    let found = faults();
    assert!(found.len() <= 1, "{found:?}");
    drop(exempt);
}
