//! What native code needs of layers above it, set at start by those layers.

use crate::cx::Cx;
use crate::error::Res;
use crate::name;
use crate::ops;
use crate::raise;
use crate::types::TypeCell;
use crate::value::Value;
use std::sync::OnceLock;

/// Imports a module by its full name and gives that module (`importlib.import_module`).
pub type ImportFn = fn(&Cx, &str) -> Res;

static IMPORT: OnceLock<ImportFn> = OnceLock::new();

/// Sets the function behind [`import_module`]. The first call counts.
pub fn set_import(import: ImportFn) {
    let _ = IMPORT.set(import);
}

/// Imports the module `name`; the innermost one for a dotted name.
pub fn import_module(cx: &Cx, name: &str) -> Res {
    match IMPORT.get() {
        Some(import) => import(cx, name),
        None => raise!(cx, IMPORT_ERROR, "import of {name} before start"),
    }
}

/// The attribute `attr` of the module `module`, which is imported if need be.
pub fn module_attr(cx: &Cx, module: &str, attr: &str) -> Res {
    let module = import_module(cx, module)?;
    ops::getattr(cx, module, crate::intern::intern_text(cx, attr)?)
}

/// `warnings.warn(message, category, stacklevel)`. Silent before the import system is up.
pub fn warn(cx: &Cx, category: &TypeCell, message: &str, stacklevel: i64) -> Res<()> {
    if IMPORT.get().is_none() {
        return Ok(());
    }
    let warnings = import_module(cx, "warnings")?;
    let message = cx.new_str(message)?.value();
    let args = [message, category.get().value(), Value::int(stacklevel)];
    ops::call_method(cx, warnings, name!(cx, "warn"), &args)?;
    Ok(())
}

/// Runs the handlers of signals that have arrived, if this thread runs them.
pub type SignalsFn = fn(&Cx) -> Res<()>;

static SIGNALS: OnceLock<SignalsFn> = OnceLock::new();

/// Sets the function behind [`check_signals`]. The first call counts.
pub fn set_check_signals(check: SignalsFn) {
    let _ = SIGNALS.set(check);
}

/// To be called when a system call was interrupted (`PyErr_CheckSignals`).
pub fn check_signals(cx: &Cx) -> Res<()> {
    SIGNALS.get().map_or(Ok(()), |check| check(cx))
}
