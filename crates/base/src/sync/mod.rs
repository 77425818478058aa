//! Futex words, the one-byte lock, a mutex without poisoning, thread parking, a counter, a number
//! for readers without a lock.

mod bytelock;
pub mod contention;
mod futex;
mod lock;
mod parker;
mod sequence;
mod tally;

pub use bytelock::{ByteLock, nap_until, spin_until};
pub use futex::{Deadline, Futex, Wait};
pub use lock::{Lock, LockGuard, RawLock};
pub use parker::Parker;
pub use sequence::{Change, Sequence};
pub use tally::Tally;
