//! Helpers of `__reduce__` methods.

use orochi_object::prelude::*;

/// A name of the module `builtins`.
pub(crate) fn builtin(cx: &Cx, name: &str) -> Res {
    orochi_object::module::builtin(cx, orochi_object::intern::intern_text(cx, name)?)
}
