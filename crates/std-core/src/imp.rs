//! The module `_imp`.

use orochi_object::prelude::*;

/// The module `_imp`.
pub static MODULE: ModuleDef = ModuleDef { name: "_imp", ..ModuleDef::DEFAULT };
