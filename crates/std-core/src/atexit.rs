//! The module `atexit`.

use orochi_object::prelude::*;

/// The module `atexit`.
pub static MODULE: ModuleDef = ModuleDef { name: "atexit", ..ModuleDef::DEFAULT };
