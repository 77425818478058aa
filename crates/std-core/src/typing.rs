//! The module `_typing`.

use orochi_object::prelude::*;

/// The module `_typing`.
pub static MODULE: ModuleDef = ModuleDef { name: "_typing", ..ModuleDef::DEFAULT };
