//! Builtin types, one file each, the exception hierarchy, and the functions of `builtins`.
//!
//! A type is one file `src/<name>.rs` whose table is `pub static TYPE: TypeDef`; here it is one
//! `mod` line and one line of [`TYPES`]. Bases come before the types derived from them.

pub mod exceptions;

use orochi_object::layout::HeapLayout;
use orochi_object::typedef::{ModuleDef, TypeDef};

/// All types made at boot, bases first; [`exceptions::TYPES`] come after them.
pub static TYPES: &[&TypeDef] = &[];

/// Modules of this crate.
pub static MODULES: &[&ModuleDef] = &[];

/// Heap layouts of payload structs of this crate, numbered from
/// [`orochi_object::layout::BUILTINS_BASE`].
pub static LAYOUTS: &[(u16, HeapLayout)] = &[];
