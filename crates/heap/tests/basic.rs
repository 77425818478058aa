//! Single features of the heap, checked one by one, with the verifier and poisoning on.

mod common;
use common::*;
use orochi_heap::{self as heap, Config, Header};
use std::sync::Mutex;
use std::sync::atomic::Ordering::*;

// The queues and counters are shared, so the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

fn begin() -> std::sync::MutexGuard<'static, ()> {
    let turn = TURN.lock().unwrap_or_else(|e| e.into_inner());
    start(Config { verify: true, poison: true, nursery_bytes: 1 << 20, ..Config::default() });
    for g in &TOY.globals {
        g.store(0, Relaxed);
    }
    turn
}

fn build_tree(ctx: &Ctx, depth: u64) -> u64 {
    if depth == 0 {
        return ctx.node(1, 0, 0) as u64;
    }
    let a = build_tree(ctx, depth - 1);
    let b = build_tree(ctx, depth - 1);
    ctx.node(depth, a, b) as u64
}

fn count(tree: u64) -> u64 {
    if tree == 0 {
        return 0;
    }
    let o = tree as Obj;
    1 + count(slot(o, 1).load(Acquire)) + count(slot(o, 2).load(Acquire))
}

#[test]
fn trees_survive_and_die() {
    let _turn = begin();
    thread(|ctx| {
        for round in 0..20 {
            let tree = build_tree(ctx, 13);
            ctx.roots[0].store(tree, Relaxed);
            ctx.poll();
            ctx.m.collect(round % 3 == 0);
            assert_eq!(count(ctx.roots[0].load(Relaxed)), (1 << 14) - 1);
        }
    });
    thread(|ctx| ctx.m.collect(true));
    assert!(heap::stats().live_bytes < 1 << 20, "{:?}", heap::stats());
}

#[test]
fn conservative_roots_interior_and_end() {
    let _turn = begin();
    thread(|ctx| {
        for full in [false, true, false] {
            let a = ctx.make(BYTES, 100);
            let inner = Header::payload(a).wrapping_add(37);
            let b = ctx.make(BYTES, 96);
            let end = Header::payload(b).wrapping_add(96);
            let large = ctx.make(BYTES, 100_000);
            let middle = Header::payload(large).wrapping_add(50_000);
            // SAFETY: fresh objects with room for that.
            unsafe {
                *Header::payload(a) = 1;
                *Header::payload(b) = 2;
                *Header::payload(large) = 3;
            }
            let keep = std::hint::black_box([inner, end, middle]);
            ctx.m.collect(full);
            for _ in 0..5000 {
                ctx.make(NODE, 24);
            }
            ctx.m.collect(full);
            // SAFETY: the words in `keep` have kept the objects.
            unsafe {
                assert_eq!(*keep[0].sub(37), 1);
                assert_eq!(*keep[1].sub(96), 2);
                assert_eq!(*keep[2].sub(50_000), 3);
            }
        }
    });
}

/// Its end would be the address of whatever lies behind: a reference to that must not keep it alive.
#[test]
fn no_object_ends_where_a_hole_ends() {
    let _turn = begin();
    thread(|ctx| {
        for size in [16, 48, 112, 1008, 8176] {
            for _ in 0..200_000 / size {
                let end = ctx.make(BYTES, size) as usize + size + 16;
                assert_ne!(end % (32 << 10), 0, "{size} bytes");
            }
        }
    });
}

#[test]
fn weak_slots_are_cleared() {
    let _turn = begin();
    for full in [false, true] {
        thread(|ctx| {
            let dead = ctx.make(WEAK, 8);
            ctx.roots[0].store(dead as u64, Relaxed);
            let live = ctx.make(WEAK, 8);
            ctx.roots[1].store(live as u64, Relaxed);
            let target = ctx.node(5, 0, 0);
            ctx.roots[2].store(target as u64, Relaxed);
            ctx.set(live, 0, target as u64);
            // The dying target is made in a thread of its own.
            let dead = dead as usize;
            ctx.m.detached(|| {
                thread(|other| {
                    let target = other.node(6, 0, 0);
                    other.set(dead as Obj, 0, target as u64);
                })
            });
            ctx.m.collect(full);
            assert_eq!(slot(dead as Obj, 0).load(Relaxed), 0);
            assert_eq!(slot(live, 0).load(Relaxed), target as u64);
            assert_eq!(heap::take_cleared().map(|o| o.as_ptr() as usize), Some(dead));
            assert!(heap::take_cleared().is_none());
        });
    }
}

#[test]
fn finalizables_are_resurrected_once() {
    let _turn = begin();
    for full in [false, true] {
        let weak = thread(|ctx| {
            let child = ctx.node(2, 0, 0);
            let object = ctx.node(1, child as u64, 0);
            assert!(ctx.m.register_finalizable(object));
            let weak = ctx.make(WEAK, 8);
            TOY.globals[0].store(weak as u64, Relaxed);
            ctx.set(weak, 0, object as u64);
            weak as usize
        });
        thread(|ctx| ctx.m.collect(full));
        assert_eq!(slot(weak as Obj, 0).load(Relaxed), 0, "weak before finalizers");
        assert!(heap::take_cleared().is_some());
        thread(|ctx| {
            ctx.m.collect(full);
            let object = heap::take_finalizable().expect("queued").as_ptr();
            let child = slot(object, 1).load(Relaxed) as Obj;
            assert_eq!(slot(child, 0).load(Relaxed), 5);
            assert!(heap::take_finalizable().is_none());
        });
        thread(|ctx| ctx.m.collect(true));
        assert!(heap::take_finalizable().is_none());
    }
}

#[test]
fn what_needs_no_finalizing_any_more_just_dies() {
    let _turn = begin();
    thread(|ctx| {
        let object = ctx.node(1, 0, 0);
        assert!(ctx.m.register_finalizable(object));
        TOY.unwanted.store(object as usize, Relaxed);
    });
    thread(|ctx| ctx.m.collect(false));
    assert!(heap::take_finalizable().is_none());
    TOY.unwanted.store(0, Relaxed);
    thread(|ctx| ctx.m.collect(true));
    assert!(heap::take_finalizable().is_none());
}

#[test]
fn native_cleanup_runs_once() {
    let _turn = begin();
    let before = DROPS.load(Relaxed);
    thread(|ctx| {
        for i in 0..100 {
            let size = if i % 10 == 0 { 20_000 } else { 24 };
            let o = ctx.make(DROPPED, size);
            slot(o, 0).store(77, Relaxed);
        }
    });
    thread(|ctx| ctx.m.collect(false));
    thread(|ctx| ctx.m.collect(true));
    assert_eq!(DROPS.load(Relaxed) - before, 100);
}

#[test]
fn barrier_keeps_young_objects_of_old_ones() {
    let _turn = begin();
    thread(|ctx| {
        let node = ctx.node(1, 0, 0);
        let array = ctx.make(ARRAY, 8 * 100_000);
        ctx.roots[0].store(node as u64, Relaxed);
        ctx.roots[1].store(array as u64, Relaxed);
        ctx.m.collect(false);
        for round in 0..10 {
            let (node, array) = (node as usize, array as usize);
            ctx.m.detached(|| {
                thread(|other| {
                    let young = other.node(round, 0, 0) as u64;
                    other.set(node as Obj, 1, young);
                    for i in [0, 63, 64, 5_000, 99_999] {
                        let young = other.node(round + i, 0, 0) as u64;
                        other.set(array as Obj, i as usize, young);
                    }
                })
            });
            ctx.m.collect(false);
            let young = slot(node as Obj, 1).load(Acquire) as Obj;
            assert_eq!(slot(young, 0).load(Relaxed), round << 1 | 1);
            for i in [0, 63, 64, 5_000, 99_999] {
                let young = slot(array as Obj, i as usize).load(Acquire) as Obj;
                assert_eq!(slot(young, 0).load(Relaxed), (round + i) << 1 | 1);
            }
        }
    });
}

#[test]
fn a_successor_is_old_and_inherits_cards() {
    let _turn = begin();
    thread(|ctx| {
        let (words, larger) = (200_000, 250_000);
        let old = ctx.make(ARRAY, words * 8);
        ctx.roots[0].store(old as u64, Relaxed);
        for i in (0..words).step_by(1000) {
            let young = ctx.node(i as u64, 0, 0) as u64;
            ctx.set(old, i, young);
        }
        ctx.m.collect(false);
        let marked = heap::stats().traced_objects;
        // A store after the collection, and one into the successor.
        let young = ctx.node(5, 0, 0) as u64;
        ctx.set(old, 5, young);
        let new = ctx.make(ARRAY, larger * 8);
        // SAFETY: `new` is an array that nobody else knows, with room for the words of `old`.
        unsafe {
            ctx.m.begin_succession(new);
            for i in 0..words {
                slot(new, i).store(slot(old, i).load(Relaxed), Relaxed);
            }
            ctx.m.inherit(old, new, 0..words * 8);
        }
        let young = ctx.node(6, 0, 0) as u64;
        ctx.set(new, words, young);
        ctx.roots[0].store(new as u64, Relaxed);
        // SAFETY: nothing reads the old array any more.
        unsafe { ctx.m.retire_large(old) };
        let large = heap::stats().large_bytes;
        ctx.m.collect(false);
        // Two young objects, and what happens to be on the stack.
        assert!(heap::stats().traced_objects < marked / 2);
        for (i, id) in [(5, 5), (words, 6), (1000, 1000)] {
            let node = slot(new, i).load(Relaxed) as Obj;
            assert_eq!(slot(node, 0).load(Relaxed), id << 1 | 1);
        }
        // The stack may refer to the one that was replaced.
        ctx.m.collect(true);
        assert!(heap::stats().large_bytes < large);
    });
}

#[test]
fn medium_objects_and_external_bytes() {
    let _turn = begin();
    thread(|ctx| {
        let mut rng = Rng(7);
        for i in 0..20_000 {
            let bytes = rng.below(9000);
            let o = ctx.make(BYTES, bytes);
            // SAFETY: a fresh object of so many bytes, here and below.
            let payload = unsafe { std::slice::from_raw_parts(Header::payload(o), bytes) };
            assert!(payload.iter().all(|&b| b == 0));
            // SAFETY: as above.
            unsafe { Header::payload(o).write_bytes(0xAA, bytes) };
            ctx.roots[i % 64].store(o as u64, Relaxed);
            ctx.poll();
        }
        for i in 0..64 {
            let o = ctx.roots[i].load(Relaxed) as Obj;
            // SAFETY: a root refers to it.
            let bytes = unsafe { (*o).payload_bytes() };
            // SAFETY: it has so many bytes.
            let payload = unsafe { std::slice::from_raw_parts(Header::payload(o), bytes) };
            assert!(payload.iter().take(bytes.saturating_sub(15)).all(|&b| b == 0xAA));
        }
        let collections = || {
            let stats = heap::stats();
            stats.nursery_collections + stats.full_collections
        };
        let before = collections();
        heap::account_external(8 << 20);
        ctx.poll();
        heap::account_external(-(8 << 20));
        assert!(collections() > before);
    });
}

#[test]
fn objects_can_be_listed() {
    let _turn = begin();
    thread(|ctx| {
        let a = ctx.node(123_456, 0, 0);
        ctx.roots[0].store(a as u64, Relaxed);
        let large = ctx.make(BYTES, 50_000);
        for _ in 0..2 {
            let mut found = 0;
            ctx.m.stop_the_world(|world| {
                heap::for_each_object(world, |o| found += (o == a || o == large) as u32);
            });
            assert_eq!(found, 2);
            ctx.m.collect(false);
        }
        // SAFETY: a live object.
        assert_eq!(unsafe { heap::references(a) }, Vec::<u64>::new());
        std::hint::black_box(large);
    });
}

#[test]
fn detach_unwinds() {
    let _turn = begin();
    thread(|ctx| {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ctx.m.detached(|| std::panic::resume_unwind(Box::new(1)))
        }));
        assert!(result.is_err());
        assert!(!ctx.m.is_detached());
        ctx.m.collect(false);
    });
}

#[test]
fn pins_hold() {
    let _turn = begin();
    let object = thread(|ctx| {
        let o = ctx.node(9, 0, 0);
        heap::pin(o);
        o as usize
    });
    thread(|ctx| {
        ctx.m.collect(true);
        assert_eq!(slot(object as Obj, 0).load(Relaxed), 19);
        heap::unpin(object as Obj);
    });
}

#[test]
fn stops_nest() {
    let _turn = begin();
    thread(|ctx| {
        ctx.m.stop_the_world(|_| {
            ctx.m.collect(false);
            ctx.m.stop_the_world(|world| world.for_each_mutator(|_| ()));
        });
        ctx.m.collect(true);
    });
}
