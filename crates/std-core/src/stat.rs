//! The module `_stat`.

use orochi_object::prelude::*;

/// The module `_stat`.
pub static MODULE: ModuleDef = ModuleDef { name: "_stat", ..ModuleDef::DEFAULT };
