//! The module `_suggestions`.

use orochi_object::prelude::*;

/// The module `_suggestions`.
pub static MODULE: ModuleDef = ModuleDef { name: "_suggestions", ..ModuleDef::DEFAULT };
