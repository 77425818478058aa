//! Settings of the heap and of stress modes, from the environment: for tests.

use orochi_heap::Config;

/// The heap's settings: `OROCHI_GC_STRESS=nursery_every[,full_every]`, `OROCHI_GC_NURSERY=bytes`,
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
    config.poison = is_set("OROCHI_GC_POISON");
    config.verify = is_set("OROCHI_GC_VERIFY");
    config.tiny_blocks = is_set("OROCHI_GC_TINY");
    config
}

/// Whether every poll is to give way to other threads (`OROCHI_YIELD`).
pub(crate) fn yields() -> bool {
    is_set("OROCHI_YIELD")
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}
