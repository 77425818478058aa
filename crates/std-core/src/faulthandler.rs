//! The module `faulthandler`.

use orochi_object::prelude::*;

/// The module `faulthandler`.
pub static MODULE: ModuleDef = ModuleDef { name: "faulthandler", ..ModuleDef::DEFAULT };
