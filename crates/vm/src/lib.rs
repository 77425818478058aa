//! The only crate that sees everything: puts the tables of all crates together, connects their
//! hooks, boots and ends the interpreter.

mod boot;
mod client;
mod exit;
mod finalize;
mod hooks;
mod layouts;
mod main_module;
mod remains;
mod stress;
mod tables;

pub use boot::{Settings, boot};
pub use exit::{finalize, run_pending_finalizers};
pub use main_module::{
    compile_bytes, compile_interactive, compile_text, describe_main, make_main, run_in_main,
    set_main_file,
};
pub use orochi_import::pack::forget as forget_library;
pub use orochi_jit as jit;
pub use orochi_object::hooks::import_module;
pub use orochi_object::prelude;
pub use orochi_std_core::sys;
pub use tables::{TABLES, module_names};
