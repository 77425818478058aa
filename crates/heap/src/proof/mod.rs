//! The read-only proof: finds writes to memory that threads share, made by work that only reads.
//!
//! Time tells how two threads get on, where there are two processors. This tells it for any number: if no
//! thread writes what another one reads, nothing passes between the processors. So while threads run the work, all
//! writable memory of the process that existed before they were started is read-only. A write to it faults; the handler notes the
//! instruction, its Rust backtrace and the Python line, lets that one instruction through (it opens
//! the page, has the processor stop after the instruction, and closes the page), and goes on. So a run shows every place.
//!
//! The order is: [`prepare`] (a full collection, and none from then on), the work once in as many threads, so that what is made on first
//! use is made; [`begin`], from which on everything is allocated from fresh pages; the threads start, do the
//! work once more for what each has for itself, and [`arrive`]; [`watch`] closes the memory and lets them
//! go; each does the work and [`leave`]s.
//!
//! What is left out, and why:
//! 1. Memory that was mapped or allocated after `begin`: the threads' own records, stacks, windows of registers, and what the work itself
//!    creates. What is made once and shared was made when the work ran before `begin`.
//! 2. The stack of each thread with its thread-local data, also where the C library reused an old one; the main thread's stack and
//!    thread-local block, for it waits in here; the stacks of threads that are no mutators (the compiler's, the
//!    collector's helpers). Writes by threads that have not arrived are let through and not noted.
//! 3. How memory of the heap is handed out: `Heap::taken`, `Space`, and the count of bytes of large objects. A thread comes there once in
//!    32 KiB of small objects, and once for each object beyond 8 KiB; the report says how often ([`Report::blocks`]).
//! 4. Collections. None runs meanwhile; a collection stops all threads, which is another matter.
//! 5. Memory mapped to be shared with other processes, and executable memory.
//!
//! While one thread's instruction is let through, another one's write to the same page is not seen, and while a place is looked into for the
//! first time, nobody's. Such an instruction is one of 3, or one that is noted, which fails the proof anyway. So counts of
//! writes are lower bounds.

#[cfg_attr(not(all(target_os = "linux", target_arch = "x86_64")), allow(dead_code))]
pub(crate) mod arena;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod maps;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod watch;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub use watch::{Finding, Report, arrive, begin, leave, prepare, watch};
