//! Settings of the heap and of stress modes, from the environment: for tests.

use core::cell::Cell;
use core::time::Duration;
use orochi_heap::Config;
use orochi_object::cx::thread_slot;
use orochi_object::prelude::*;
use std::sync::OnceLock;

/// The heap's settings: `OROCHI_GC_STRESS=nursery_every[,full_every]`, `OROCHI_GC_NURSERY=bytes`,
/// `OROCHI_GC_FULL=bytes` (no full collection with less alive),
/// `OROCHI_GC_POISON`, `OROCHI_GC_VERIFY`, `OROCHI_GC_TINY`.
pub(crate) fn heap_config() -> Config {
    let mut config = Config::default();
    if let Ok(stress) = std::env::var("OROCHI_GC_STRESS") {
        let mut parts = stress.split(',').map(|part| part.trim().parse().unwrap_or(0));
        config.stress_nursery_every = parts.next().unwrap_or(0);
        config.stress_full_every = parts.next().unwrap_or(0);
    }
    if let Some(bytes) = number("OROCHI_GC_NURSERY") {
        config.nursery_bytes = bytes;
    }
    if let Some(bytes) = number("OROCHI_GC_FULL") {
        config.full_min_bytes = bytes;
    }
    config.poison = is_set("OROCHI_GC_POISON");
    config.verify = is_set("OROCHI_GC_VERIFY");
    config.tiny_blocks = is_set("OROCHI_GC_TINY");
    config
}

/// Whether polls are to give way to other threads: every one (`OROCHI_YIELD`), or now and then (`OROCHI_PREEMPT=seed`).
pub(crate) fn yields() -> bool {
    is_set("OROCHI_YIELD") || preempt_seed().is_some()
}

/// The seed of the numbers that say where a thread gives way.
fn preempt_seed() -> Option<usize> {
    static SEED: OnceLock<Option<usize>> = OnceLock::new();
    *SEED.get_or_init(|| number("OROCHI_PREEMPT"))
}

/// At a poll of a thread in a stress mode: lets others run. With a seed the thread's own numbers tell, which
/// depend on the seed and on how many threads were started before it: mostly it goes on, now and then it gives way, seldom
/// it sleeps.
pub(crate) fn give_way(cx: &Cx) {
    thread_local! {
        static STATE: Cell<u64> = const { Cell::new(0) };
    }
    let Some(seed) = preempt_seed() else { return cx.detached(std::thread::yield_now) };
    let mut state = STATE.get();
    if state == 0 {
        let serial = cx.locals[thread_slot::SERIAL].or_none().as_i64().unwrap_or(0) as u64;
        state = (seed as u64 ^ serial << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    }
    // Xorshift.
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    STATE.set(state);
    match state >> 32 & 255 {
        0 => cx.detached(|| std::thread::sleep(Duration::from_micros(state >> 40 & 127))),
        1..32 => cx.detached(std::thread::yield_now),
        _ => {}
    }
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}
