//! Native modules, one file each.
//!
//! A module is one file `src/<name>.rs` whose table is `pub static MODULE: ModuleDef`; here it is
//! one `mod` line and one line of [`MODULES`].

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod common;
pub mod dirty;
pub mod fileio;
pub mod open;
pub mod streams;
pub mod text;

pub use dirty::{flush_all, flush_dirty};
pub use streams::{StreamOptions, make_std_streams};

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::ModuleDef;

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[&open::MODULE];

/// Heap layouts of payload structs of this crate.
pub static LAYOUTS: &[(u16, HeapLayout)] = &[
    (fileio::LAYOUT, fileio::HEAP_LAYOUT),
    (buffered::LAYOUT, buffered::HEAP_LAYOUT),
    (bytesio::LAYOUT, bytesio::PyBytesIO::HEAP_LAYOUT),
    (text::stringio::LAYOUT, text::stringio::HEAP_LAYOUT),
    (text::wrapper::LAYOUT, text::wrapper::HEAP_LAYOUT),
];

/// Lets the layers below reach this crate: flushing before files are looked at, locks after a fork.
pub fn install_hooks() {
    let _ = orochi_object::host::FLUSH_WRITERS.set(flush_dirty);
    orochi_object::host::at_fork_in_child(|_| common::after_fork_in_child());
}
