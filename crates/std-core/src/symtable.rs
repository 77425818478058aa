//! The module `_symtable`.

use orochi_object::prelude::*;

/// The module `_symtable`.
pub static MODULE: ModuleDef = ModuleDef { name: "_symtable", ..ModuleDef::DEFAULT };
