//! The module `marshal`.

use orochi_object::prelude::*;

/// The module `marshal`.
pub static MODULE: ModuleDef = ModuleDef { name: "marshal", ..ModuleDef::DEFAULT };
