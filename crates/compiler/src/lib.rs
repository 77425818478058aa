//! Python to bytecode: symbol tables, constant folding and lowering. Knows nothing of objects or the heap.
#![forbid(unsafe_code)]

mod annotations;
mod assemble;
mod call;
mod class;
mod comp;
mod compiler;
mod control;
mod exits;
mod expr;
mod fold;
mod fstring;
mod func;
mod jump;
mod names;
mod pattern;
pub mod scopes;
mod stmt;
mod symtable;
mod target;
mod tries;
mod unit;
mod unparse;
mod walk;

pub use compiler::{Compiled, NameResolver, Options, compile, compile_made, future};
pub use orochi_syntax::{
    ErrorKind, Mode, Source, SyntaxError, Warning, WarningKind, with_big_stack,
};
