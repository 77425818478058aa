//! A non-moving, mark-region, generational heap for threads that run in parallel. It knows nothing
//! of Python: a [`Client`] supplies layouts and roots.
//!
//! The parts, from the outside in: [`Mutator`] (a thread's allocator, barrier, poll, detach),
//! `handshake` (stopping the world), `collect` (what happens in a stop), `tracer` (marking),
//! `conserv` (stack words to objects), `space` and `large` (memory), `chunk` (tables).
//! `docs/gc.md` numbers the invariants.

#[cfg(not(loom))]
pub mod biased;
#[cfg(not(loom))]
mod census;
#[cfg(not(loom))]
mod chunk;
#[cfg(not(loom))]
mod client;
#[cfg(not(loom))]
mod collect;
#[cfg(not(loom))]
mod conserv;
#[cfg(all(not(loom), feature = "detector"))]
pub mod detector;
#[cfg(not(loom))]
mod fork;
#[cfg(not(loom))]
mod global;
#[cfg_attr(loom, allow(dead_code))]
mod handshake;
#[cfg(not(loom))]
mod header;
#[cfg(not(loom))]
mod large;
#[cfg(not(loom))]
mod mutator;
#[cfg(not(loom))]
mod order;
#[cfg(not(loom))]
mod piece;
#[cfg(not(loom))]
mod pool;
#[cfg(not(loom))]
pub mod proof;
#[cfg(not(loom))]
mod regs;
#[cfg(not(loom))]
mod reserve;
#[cfg(not(loom))]
mod space;
#[cfg(not(loom))]
mod successor;
#[cfg(not(loom))]
mod tracer;
#[cfg(not(loom))]
mod verify;

#[cfg(not(loom))]
pub use api::*;

#[cfg(not(loom))]
mod api {
    pub use crate::client::{Client, Config, Layout, Liveness, Stats};
    pub use crate::collect::{
        finalizable_objects, has_pending, take_cleared, take_finalizable, take_saved,
    };
    pub(crate) use crate::global::heap;
    pub use crate::global::{
        account_external, attach, collection_wanted, detach_forever, for_each_object, gc_disable,
        gc_enable, gc_is_enabled, init, is_old, pin, references, request_full, reset_thresholds,
        set_max_bytes, set_thresholds, stats, take_shortage, unpin,
    };
    pub use crate::header::{GRANULE, HEADER_BYTES, Header, LARGE, UNLOGGED, is_reference};
    pub use crate::large::CARD;
    pub use crate::mutator::{
        DetachGuard, MAX_SMALL_BYTES, MIN_RAW_BYTES, Mutator, World, current,
    };
    pub use crate::regs::wipe_stack;
    pub use crate::reserve::ReserveAllocator;
    pub use crate::successor::MIN_SUCCESSION;
    pub use crate::tracer::Tracer;
}
