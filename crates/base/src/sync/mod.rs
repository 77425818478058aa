//! Futex words, the one-byte lock, a mutex without poisoning, thread parking, those who wait for items, a counter,
//! a number for readers without a lock.

#[cfg(not(loom))]
mod bytelock;
pub mod contention;
#[cfg_attr(loom, allow(dead_code))]
mod futex;
mod lock;
mod parker;
mod sequence;
mod sleepers;
mod tally;

#[cfg(not(loom))]
pub use bytelock::{ByteLock, nap_until, spin_until};
pub use futex::{Deadline, Futex, Wait};
pub use lock::{Lock, LockGuard, RawLock};
pub use parker::Parker;
pub use sequence::{Change, Sequence};
pub use sleepers::Sleepers;
pub use tally::Tally;
