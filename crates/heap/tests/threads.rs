//! Threads mutate shared and private graphs at random, against a shadow model, with every check on.
#![allow(clippy::undocumented_unsafe_blocks)]

mod common;
use common::*;
use orochi_heap::{self as heap, Config};
use std::sync::atomic::{AtomicBool, Ordering::*};

struct Shadow {
    kids: [Option<usize>; 2],
}

/// A private graph and its mirror image.
struct Model<'a> {
    ctx: &'a Ctx,
    shadow: Vec<Shadow>,
    roots: [Option<usize>; 32],
}

impl Model<'_> {
    fn root(&self, i: usize) -> u64 {
        self.ctx.roots[i].load(Relaxed)
    }

    fn fresh(&mut self, rng: &mut Rng) {
        let (a, b, to) = (rng.below(32), rng.below(32), rng.below(32));
        let id = self.shadow.len();
        let object = self.ctx.node(id as u64, self.root(a), self.root(b));
        self.shadow.push(Shadow { kids: [self.roots[a], self.roots[b]] });
        self.roots[to] = Some(id);
        self.ctx.roots[to].store(object as u64, Relaxed);
    }

    /// Walks at random and stores something into what it reaches.
    fn mutate(&mut self, rng: &mut Rng) {
        let from = rng.below(32);
        let (mut word, Some(mut id)) = (self.root(from), self.roots[from]) else { return };
        for _ in 0..rng.below(6) {
            let side = rng.below(2);
            let Some(next) = self.shadow[id].kids[side] else { break };
            word = slot(word as Obj, 1 + side).load(Acquire);
            id = next;
            assert_eq!(slot(word as Obj, 0).load(Relaxed), (id as u64) << 1 | 1);
        }
        let (side, source) = (rng.below(2), rng.below(32));
        self.ctx.set(word as Obj, 1 + side, self.root(source));
        self.shadow[id].kids[side] = self.roots[source];
    }

    fn check(&self) {
        let mut seen = std::collections::HashMap::new();
        let mut work: Vec<(Option<usize>, u64)> =
            (0..32).map(|i| (self.roots[i], self.root(i))).collect();
        while let Some((id, word)) = work.pop() {
            let Some(id) = id else {
                assert_eq!(word, 0);
                continue;
            };
            if let Some(&known) = seen.get(&id) {
                assert_eq!(known, word);
                continue;
            }
            seen.insert(id, word);
            let object = word as Obj;
            assert_eq!(slot(object, 0).load(Relaxed), (id as u64) << 1 | 1);
            for side in 0..2 {
                work.push((self.shadow[id].kids[side], slot(object, 1 + side).load(Acquire)));
            }
        }
    }
}

fn checksum_tree(ctx: &Ctx, rng: &mut Rng) -> u64 {
    let a = ctx.node(rng.next() >> 40, 0, 0);
    let b = ctx.node(rng.next() >> 40, 0, 0);
    let sum = (slot(a, 0).load(Relaxed) >> 1) + (slot(b, 0).load(Relaxed) >> 1);
    ctx.node(sum, a as u64, b as u64) as u64
}

fn check_tree(word: u64) {
    let o = word as Obj;
    let part = |i| slot(slot(o, i).load(Acquire) as Obj, 0).load(Relaxed) >> 1;
    assert_eq!(slot(o, 0).load(Relaxed) >> 1, part(1) + part(2));
}

fn worker(seed: u64, steps: usize) {
    attached(|ctx| {
        let mut rng = Rng(seed);
        let mut model = Model { ctx, shadow: Vec::new(), roots: [None; 32] };
        for step in 0..steps {
            match rng.below(100) {
                0..50 => model.fresh(&mut rng),
                50..80 => model.mutate(&mut rng),
                80..83 => {
                    let i = rng.below(32);
                    model.roots[i] = None;
                    ctx.roots[i].store(0, Relaxed);
                }
                83..90 => {
                    // Trade trees through the shared array.
                    let shared = TOY.globals[0].load(Acquire) as Obj;
                    let i = rng.below(2000);
                    let found = slot(shared, i).load(Acquire);
                    if found != 0 {
                        check_tree(found);
                    }
                    let tree = checksum_tree(ctx, &mut rng);
                    ctx.set(shared, i, tree);
                }
                90..92 => {
                    let o = ctx.make(BYTES, rng.below(30_000));
                    ctx.roots[40].store(o as u64, Relaxed);
                }
                92 => {
                    let o = ctx.make(DROPPED, 24);
                    slot(o, 0).store(77, Relaxed);
                }
                93 => {
                    let w = ctx.make(WEAK, 8);
                    ctx.roots[41].store(w as u64, Relaxed);
                    let target = model.root(rng.below(32));
                    ctx.set(w, 0, target);
                }
                94 => ctx.m.detached(std::thread::yield_now),
                _ => {
                    let weak = ctx.roots[41].load(Relaxed);
                    if weak != 0 {
                        let target = slot(weak as Obj, 0).load(Acquire);
                        if target != 0 {
                            assert_eq!(slot(target as Obj, 0).load(Relaxed) & 1, 1);
                        }
                    }
                }
            }
            ctx.poll();
            if step % 1000 == 999 {
                model.check();
            }
        }
        model.check();
    });
}

fn seed_base() -> u64 {
    std::env::var("HEAP_TEST_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(977)
}

#[test]
fn random_mutation() {
    let mode = std::env::var("HEAP_TEST_MODE").unwrap_or_default();
    let steps = std::env::var("HEAP_TEST_STEPS").ok().and_then(|s| s.parse().ok());
    let config = match mode.as_str() {
        "plain" => {
            Config { nursery_bytes: 256 << 10, full_min_bytes: 1 << 20, ..Config::default() }
        }
        "tiny" => Config {
            verify: true,
            poison: true,
            tiny_blocks: true,
            stress_nursery_every: 31,
            stress_full_every: 601,
            ..Config::default()
        },
        _ => Config {
            verify: true,
            poison: true,
            stress_nursery_every: 50,
            stress_full_every: 499,
            ..Config::default()
        },
    };
    start(config);
    attached(|ctx| {
        let shared = ctx.make(ARRAY, 8 * 2000);
        TOY.globals[0].store(shared as u64, Release);
    });
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..=4)
            .map(|seed| scope.spawn(move || worker(seed * seed_base(), steps.unwrap_or(10_000))))
            .collect();
        // Threads that come and go meanwhile.
        let done = &done;
        let visitors = scope.spawn(move || {
            let mut seed = 1000;
            while !done.load(Relaxed) {
                seed += 1;
                worker(seed, 50);
            }
        });
        for worker in workers {
            worker.join().unwrap();
        }
        done.store(true, Relaxed);
        visitors.join().unwrap();
    });
    while heap::take_cleared().is_some() {}
    eprintln!("{:?}", heap::stats());
}

/// The same in processes of their own, with other settings: there is one heap a process.
#[test]
fn other_modes() {
    if std::env::var_os("HEAP_TEST_MODE").is_some() {
        return;
    }
    for (mode, steps) in [("plain", "60000"), ("tiny", "4000")] {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "random_mutation", "--nocapture"])
            .env("HEAP_TEST_MODE", mode)
            .env("HEAP_TEST_STEPS", steps)
            .output()
            .unwrap();
        assert!(output.status.success(), "{mode}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
