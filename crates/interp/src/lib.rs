//! The interpreter: runs bytecode in frames on the VM stack.
//!
//! `dispatch` is the loop; the cold halves of its handlers are in the other files by family. Calls
//! between Python functions push frames and do not recurse on the native stack.

mod arith;
mod attrs;
mod build;
mod calls;
mod classes;
mod dispatch;
pub mod generators;
mod globals;
mod hooks;
mod imports;
mod invoke;
pub mod iteration;
pub mod machine;
pub mod monitor;
mod outside;
mod pattern;
mod poll;
mod rare;
mod slices;
pub mod trace;
mod unwind;

pub use attrs::lookup_after;
pub use calls::{call_function, run_class_body, run_code};
pub use generators::{Resumed, resume, throw};
pub use hooks::{HOOKS, Hooks, Typing};
pub use poll::handle_poll;
