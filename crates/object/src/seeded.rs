//! Bugs put in on purpose, for the programs with many threads to find (`cargo xtask stress --seeded`).
//!
//! They are compiled in with the feature `seeded` only, and `OROCHI_OBJECT_BUG` says by its number which one is to be there.
//! Without the feature [`has`] is a constant.

use orochi_heap::Header;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Lists are changed without their lock.
    Lists,
    /// Dicts are.
    Dicts,
    /// Sets are.
    Sets,
    /// Attributes are added and deleted without the instance's lock.
    Instances,
    /// What has a layout of another crate (deques, bytearrays, queues) is changed without its lock.
    Others,
    /// What Python code said about a key is believed even if the dict has changed since.
    Asked,
    /// A copy of a list may mix two moments.
    Moments,
    /// A copy of a dict may.
    DictMoments,
    /// A class that changes keeps its version.
    Version,
}

#[cfg(feature = "seeded")]
#[inline]
pub(crate) fn has(bug: Bug) -> bool {
    static CHOSEN: std::sync::OnceLock<Option<u8>> = std::sync::OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| std::env::var("OROCHI_OBJECT_BUG").ok()?.parse().ok());
    *chosen == Some(bug as u8)
}

#[cfg(not(feature = "seeded"))]
#[inline(always)]
pub(crate) const fn has(_: Bug) -> bool {
    false
}

/// Whether a bug leaves this object without its lock.
#[cfg(feature = "seeded")]
pub(crate) fn leaves_open(header: &Header) -> bool {
    use crate::layout;
    match header.layout {
        layout::LIST => has(Bug::Lists),
        layout::DICT => has(Bug::Dicts),
        layout::SET => has(Bug::Sets),
        layout::OBJECT => has(Bug::Instances),
        number => number >= layout::RUNTIME_BASE && has(Bug::Others),
    }
}

#[cfg(not(feature = "seeded"))]
#[inline(always)]
pub(crate) const fn leaves_open(_: &Header) -> bool {
    false
}
