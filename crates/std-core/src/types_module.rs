//! The module `_types`.

use orochi_object::prelude::*;

/// The module `_types`.
pub static MODULE: ModuleDef = ModuleDef { name: "_types", ..ModuleDef::DEFAULT };
