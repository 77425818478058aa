//! `sys._jit`: whether code is compiled to machine code.

use orochi_object::prelude::*;

/// The module's table.
pub(super) static MODULE: ModuleDef = ModuleDef {
    name: "sys._jit",
    functions: &[
        function("is_available", "()", no),
        function("is_enabled", "()", no),
        function("is_active", "()", no),
    ],
    ..ModuleDef::DEFAULT
};

fn no(_: &Cx, _: Args) -> Res {
    Ok(Value::FALSE)
}
