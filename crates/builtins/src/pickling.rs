//! Helpers of `__reduce__` methods.

use orochi_object::hooks;
use orochi_object::prelude::*;

/// A name of the module `builtins`.
pub(crate) fn builtin(cx: &Cx, name: &str) -> Res {
    hooks::module_attr(cx, "builtins", name)
}
