//! OS threads as Python threads: `_thread`, its locks, `_queue`, `_signal`, the registry of thread
//! contexts and the optional global lock.
//!
//! Rules of this crate:
//! 1. Whoever waits is detached, and waits on a futex word (`wait.rs`); no other blocking call.
//! 2. A waiting main thread wakes for signals, runs their handlers attached, and goes on waiting.
//! 3. A thread is in the registry from before it runs Python code until after it ran the last.
//! 4. No Value crosses to a new thread but through a pinned heap object.

pub mod gil;
pub mod handle;
pub mod hooks;
mod idle;
pub mod local;
pub mod lock;
pub mod module;
pub mod queue;
pub mod reentrant;
pub mod registry;
pub mod rlock;
pub mod signal;
pub mod signal_module;
pub mod start;
pub mod time;
pub mod wait;

use orochi_object::layout::{HeapLayout, THREADS_BASE};
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&module::MODULE, &queue::MODULE, &signal_module::MODULE];

pub(crate) const LOCK: u16 = THREADS_BASE;
pub(crate) const RLOCK: u16 = THREADS_BASE + 1;
pub(crate) const HANDLE: u16 = THREADS_BASE + 2;
pub(crate) const QUEUE: u16 = THREADS_BASE + 3;

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (LOCK, lock::PyLock::HEAP_LAYOUT),
    (RLOCK, rlock::PyRLock::HEAP_LAYOUT),
    (HANDLE, handle::HANDLE_LAYOUT),
    (QUEUE, queue::PyQueue::HEAP_LAYOUT),
];
