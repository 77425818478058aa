//! The object model: value words, object headers, types and shapes, the layouts and hot primitives
//! of the core types, argument binding, and the abstract operations on any value.
//!
//! Knows nothing of bytecode, the interpreter, the host or modules. Each file states its rules.

pub mod args;
pub mod buffer;
pub mod bytes;
pub mod cell;
pub mod collector;
pub mod cx;
pub mod descr;
pub mod dict;
pub mod error;
pub mod exception;
pub mod float;
pub mod hash;
pub mod hooks;
pub mod host;
pub mod instance;
pub mod int;
pub mod intern;
pub mod iters;
pub mod layout;
pub mod list;
pub mod module;
pub mod native;
pub mod object;
pub mod ops;
pub mod path;
pub mod pyslots;
#[cfg_attr(not(feature = "seeded"), allow(dead_code, reason = "what only bugs use"))]
mod seeded;
pub mod set;
pub mod shadow;
pub mod shape;
pub mod slice;
pub mod slot;
pub mod slotdefs;
pub mod slots;
pub mod str;
pub mod structseq;
pub mod tuple;
mod typecache;
pub mod typed;
pub mod typedef;
pub mod types;
pub mod value;
pub mod weakref;

/// What nearly every file of the crates above needs.
pub mod prelude {
    pub use crate::args::{ArgRow, Args, CallArgs};
    pub use crate::bytes::PyBytes;
    pub use crate::cx::Cx;
    pub use crate::descr::{GetSetDef, field, field_getter, getset, getter};
    pub use crate::dict::PyDict;
    pub use crate::error::{Raised, Res};
    pub use crate::exception;
    pub use crate::list::PyList;
    pub use crate::native::{
        NativeDef, class_method, function, method, method_outside, outside, static_method,
    };
    pub use crate::object::{Object, Ref};
    pub use crate::ops;
    pub use crate::set::PySet;
    pub use crate::slot::Slot;
    pub use crate::slots::{CmpOp, Slots};
    pub use crate::str::PyStr;
    pub use crate::tuple::PyTuple;
    pub use crate::typedef::{Const, ModuleDef, TypeDef};
    pub use crate::types::{self, PyType, TypeCell, class_of, flag, is_exact};
    pub use crate::value::Value;
    pub use crate::{name, raise};
    pub use orochi_heap::Header;
}

/// Ends the process with a message: only for faults of the runtime itself before or beyond the
/// point where an exception could be raised.
#[cold]
pub fn fatal(message: &str) -> ! {
    eprintln!("Fatal Python error: {message}");
    std::process::exit(1)
}
