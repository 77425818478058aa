//! The module `_tracemalloc`.

use orochi_object::prelude::*;

/// The module `_tracemalloc`.
pub static MODULE: ModuleDef = ModuleDef { name: "_tracemalloc", ..ModuleDef::DEFAULT };
