//! The module `_sysconfig`.

use orochi_object::prelude::*;

/// The module `_sysconfig`.
pub static MODULE: ModuleDef = ModuleDef { name: "_sysconfig", ..ModuleDef::DEFAULT };
