//! Native modules, one file each.
//!
//! A module is one file `src/<name>.rs` whose table is `pub static MODULE: ModuleDef`; here it is
//! one `mod` line and one line of [`MODULES`].

pub mod collections;
mod common;
pub mod sys;
pub mod warnings_native;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&collections::MODULE, &sys::MODULE];
pub static MODULES: &[&ModuleDef] = &[
    &collections::MODULE,
    &sys::MODULE,
    &warnings_native::MODULE,
];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] =
    &[(collections::deque::LAYOUT, collections::deque::Deque::HEAP_LAYOUT)];
