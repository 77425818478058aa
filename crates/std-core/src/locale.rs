//! The module `_locale`.

use orochi_object::prelude::*;

/// The module `_locale`.
pub static MODULE: ModuleDef = ModuleDef { name: "_locale", ..ModuleDef::DEFAULT };
