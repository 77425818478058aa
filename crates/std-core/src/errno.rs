//! The module `errno`.

use orochi_object::prelude::*;

/// The module `errno`.
pub static MODULE: ModuleDef = ModuleDef { name: "errno", ..ModuleDef::DEFAULT };
