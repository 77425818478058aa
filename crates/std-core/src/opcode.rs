//! The module `_opcode`.

use orochi_object::prelude::*;

/// The module `_opcode`.
pub static MODULE: ModuleDef = ModuleDef { name: "_opcode", ..ModuleDef::DEFAULT };
