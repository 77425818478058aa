//! Fork while other threads allocate: the child goes on alone.
#![allow(clippy::undocumented_unsafe_blocks)]

mod common;
use common::*;
use orochi_heap::Config;
use std::sync::atomic::{AtomicBool, Ordering::*};

fn work(ctx: &Ctx, steps: u64) {
    for i in 0..steps {
        let kid = ctx.roots[(i % 60) as usize].load(Relaxed);
        let node = ctx.node(i, kid, 0);
        ctx.roots[(i * 7 % 60) as usize].store(node as u64, Relaxed);
        if i % 5000 == 0 {
            ctx.roots.iter().for_each(|r| r.store(0, Relaxed));
        }
        ctx.poll();
    }
}

fn child(ctx: &Ctx) -> i32 {
    let tree = ctx.roots[63].load(Relaxed) as Obj;
    work(ctx, 50_000);
    ctx.m.collect(true);
    ctx.m.collect(false);
    let ok = slot(tree, 0).load(Relaxed) == 0x55 << 1 | 1;
    // A fork of the fork, and threads in it.
    ctx.m.detached(|| thread(|ctx| work(ctx, 20_000)));
    if ok { 0 } else { 1 }
}

#[test]
fn forked_children_work() {
    start(Config {
        nursery_bytes: 256 << 10,
        full_min_bytes: 1 << 20,
        verify: true,
        ..Config::default()
    });
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                attached(|ctx| {
                    while !stop.load(Relaxed) {
                        work(ctx, 1000);
                    }
                })
            });
        }
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                attached(|ctx| work(ctx, 100));
            }
        });
        attached(|ctx| {
            for round in 0..20 {
                work(ctx, 2000);
                let keep = ctx.node(0x55, 0, 0);
                ctx.roots[63].store(keep as u64, Relaxed);
                ctx.m.before_fork();
                let pid = unsafe { libc::fork() };
                if pid == 0 {
                    ctx.m.after_fork_child();
                    let code = child(ctx);
                    unsafe { libc::_exit(code) };
                }
                ctx.m.after_fork_parent();
                assert!(pid > 0);
                let mut status = 0;
                ctx.m.detached(|| unsafe { libc::waitpid(pid, &mut status, 0) });
                assert_eq!(status, 0, "round {round}");
            }
        });
        stop.store(true, Relaxed);
    });
}
