//! Imports and warnings from native code, by way of `builtins.__import__`; and where exceptions go that
//! nobody can catch.

use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::intern;
use crate::module;
use crate::name;
use crate::ops;
use crate::types::TypeCell;
use crate::value::Value;
use std::sync::OnceLock;

/// Imports the module `name`; the innermost one for a dotted name.
pub fn import_module(cx: &Cx, name: &str) -> Res {
    if !name.contains('.') {
        return cx.import(name);
    }
    let import = module::own_builtin(cx, name!(cx, "__import__"))?;
    let from = cx.new_tuple(&[name!(cx, "__name__").value()])?.value();
    let text = intern::intern_text(cx, name)?.value();
    ops::call(cx, import, &[text, Value::NONE, Value::NONE, from, Value::int(0)])
}

/// The attribute `attr` of the module `module`, which is imported if need be.
pub fn module_attr(cx: &Cx, module: &str, attr: &str) -> Res {
    let module = import_module(cx, module)?;
    ops::getattr(cx, module, intern::intern_text(cx, attr)?)
}

/// `warnings.warn(message, category, stacklevel)`.
pub fn warn(cx: &Cx, category: &TypeCell, message: &str, stacklevel: i64) -> Res<()> {
    cx.warn(category, message, stacklevel)
}

/// Reports an exception that nobody can catch: message and object; set by `vm`.
pub static UNRAISABLE: OnceLock<fn(&Cx, Raised, &str, Value)> = OnceLock::new();

/// Reports an exception that nobody can catch.
pub fn unraisable(cx: &Cx, raised: Raised, message: &str, object: Value) {
    if let Some(report) = UNRAISABLE.get() {
        report(cx, raised, message, object);
    }
}
