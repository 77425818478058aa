//! Futex words, the one-byte lock, a mutex without poisoning, thread parking, a counter.

mod bytelock;
mod futex;
mod lock;
mod parker;
mod tally;

pub use bytelock::ByteLock;
pub use futex::{Deadline, Futex, Wait};
pub use lock::{Lock, LockGuard, RawLock};
pub use parker::Parker;
pub use tally::Tally;
