//! Operating-system primitives: futexes, small locks, parking, pages.
//!
//! Rules of this crate:
//! 1. It depends on `libc` alone and knows nothing of heaps or of Python.
//! 2. Nothing here allocates on the Rust heap, so everything may be used from inside an allocator.
//! 3. Every blocking call that a signal can interrupt says so in its result; the caller decides
//!    whether to go on ([`sync::Wait::Interrupted`]).
//! 4. No lock here is in a table: a forked child has nothing to put right.
//! 5. Protocols that are modelled with loom use the types of [`facade`], everything else uses
//!    `core::sync::atomic`.

pub mod facade;
#[cfg(all(test, loom))]
mod models;
#[cfg(not(loom))]
pub mod pages;
pub mod sync;
#[cfg(not(loom))]
pub mod thread;
