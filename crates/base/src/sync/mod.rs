//! Futex words, the one-byte lock, what one thread alone may do for less, a mutex without poisoning, thread parking, a counter, a number
//! for readers without a lock.

pub mod alone;
mod bytelock;
pub mod contention;
mod futex;
mod lock;
mod parker;
mod sequence;
mod tally;

pub use bytelock::ByteLock;
pub use futex::{Deadline, Futex, Wait};
pub use lock::{Lock, LockGuard, RawLock};
pub use parker::Parker;
pub use sequence::{Change, Sequence};
pub use tally::Tally;
