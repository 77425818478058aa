//! Helpers of `__reduce__` methods.

use orochi_object::prelude::*;

/// A name of the module `builtins`.
pub(crate) fn builtin(cx: &Cx, name: &str) -> Res {
    cx.import_from("builtins", name)
}
