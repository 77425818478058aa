//! Abstract operations on any value: what the interpreter, the builtins and the modules share.
//! They carry the names the field knows from CPython's abstract object layer.

mod attr;
mod call;
mod compare;
mod convert;
mod iter;
mod number;
mod sequence;

pub use attr::*;
pub use call::*;
pub use compare::*;
pub use convert::*;
pub use iter::*;
pub use number::*;
pub use sequence::*;
