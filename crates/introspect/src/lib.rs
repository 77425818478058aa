//! The Python-visible side of running code: functions, code objects, frames, tracebacks,
//! generators of all kinds, the printing of uncaught exceptions, and trace functions.

pub mod asyncgen;
pub mod bytecode;
pub mod code;
pub mod frame;
pub mod function;
pub mod generator;
pub mod jit;
mod jump;
pub mod locals;
pub mod monitoring;
pub mod print;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod proof;
pub mod source;
pub mod trace;
pub mod traceback;
mod util;

use orochi_object::layout::HeapLayout;
use orochi_object::prelude::*;

/// The types of this crate; bases come first.
pub static TYPES: &[&TypeDef] = &[
    &function::TYPE,
    &code::TYPE,
    &frame::TYPE,
    &traceback::TYPE,
    &generator::GENERATOR,
    &generator::COROUTINE,
    &generator::ASYNC_GENERATOR,
    &generator::COROUTINE_WRAPPER,
    &asyncgen::ASEND,
    &asyncgen::ATHROW,
    &asyncgen::ANEXT_AWAITABLE,
    &asyncgen::WRAPPED_VALUE,
    &locals::TYPE,
];

/// Heap layouts of this crate: its payloads are plain words.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[];

/// The native modules of this crate that are found by import.
pub static MODULES: &[&ModuleDef] = &[
    &bytecode::MODULE,
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    &proof::MODULE,
];
