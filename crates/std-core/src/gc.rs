//! The module `gc`.

use orochi_object::prelude::*;

/// The module `gc`.
pub static MODULE: ModuleDef = ModuleDef { name: "gc", ..ModuleDef::DEFAULT };
