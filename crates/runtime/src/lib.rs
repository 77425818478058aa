//! What the interpreter and the JIT share: code objects at run time, functions, frames and the VM
//! stack, generators, frame and traceback objects, inline cache entries, and the hooks through
//! which builtins reach the interpreter. Knows nothing of how code is run.

pub mod cache;
pub mod code;
pub mod dump;
pub mod elsewhere;
pub mod feedback;
pub mod frame;
pub mod function;
pub mod generator;
pub mod machine;
pub mod monitor;
pub mod pyframe;
pub mod traceback;

use orochi_object::layout::HeapLayout;

/// Heap layouts of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (code::LAYOUT, code::CODE_LAYOUT),
    (function::LAYOUT, function::PyFunction::HEAP_LAYOUT),
    (generator::LAYOUT, generator::GENERATOR_LAYOUT),
    (pyframe::LAYOUT, pyframe::PyFrame::HEAP_LAYOUT),
    (traceback::LAYOUT, traceback::PyTraceback::HEAP_LAYOUT),
    (cache::LAYOUT, cache::CACHE_LAYOUT),
    (cache::ROW_LAYOUT, cache::CACHES_LAYOUT),
    (machine::LAYOUT, machine::MACHINE_LAYOUT),
];
