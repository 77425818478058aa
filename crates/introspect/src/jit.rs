//! `sys._jit`: whether code is compiled to machine code.

use orochi_object::prelude::*;
use orochi_runtime::frame::Vm;
use orochi_runtime::machine::JIT;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "sys._jit",
    functions: &[
        function("is_available", "()", is_available),
        function("is_enabled", "()", is_enabled),
        function("is_active", "()", is_active),
    ],
    ..ModuleDef::DEFAULT
};

fn is_available(_: &Cx, _: Args) -> Res {
    Ok(Value::TRUE)
}

fn is_enabled(_: &Cx, _: Args) -> Res {
    Ok(Value::bool(JIT.get().is_some()))
}

/// Whether machine code runs the frame that asks.
fn is_active(cx: &Cx, _: Args) -> Res {
    let vm = Vm::of(cx);
    let fp = vm.fp.get();
    Ok(Value::bool(!fp.is_null() && fp == vm.machine_caller.get()))
}
