//! What the interpreter asks of crates it does not know; installed once by `vm`.

use orochi_object::prelude::*;
use std::sync::OnceLock;

/// The functions the interpreter calls out to.
pub struct Hooks {
    /// Runs the Python handlers of signals that have arrived (main thread).
    pub run_signals: fn(&Cx) -> Res<()>,
    /// Runs waiting finalizers and weakref callbacks.
    pub run_finalizers: fn(&Cx),
    /// Gives the global lock up for a moment (`-X gil=1`).
    pub yield_gil: fn(&Cx),
    /// Lets other threads run, as the stress mode wants it.
    pub give_way: fn(&Cx),
    /// Does not come back: another thread shuts the interpreter down.
    pub retire: fn(&Cx),
    /// `import name`: what `builtins.__import__` does when it has not been replaced.
    pub import: fn(&Cx, name: Ref<PyStr>, globals: Value, fromlist: Value, level: i64) -> Res,
    /// Makes typing objects of PEP 695 syntax: see [`Typing`].
    pub typing: fn(&Cx, Typing) -> Res,
    /// `Template(strings, interpolations)` and `Interpolation(...)` of PEP 750.
    pub template: fn(&Cx, strings: Value, interpolations: Value) -> Res,
    pub interpolation: fn(&Cx, &[Value; 4]) -> Res,
    /// Reports an exception that cannot be raised (`sys.unraisablehook`).
    pub unraisable: fn(&Cx, Raised, message: &str, object: Value),
    /// Warns (`warnings.warn` with a category).
    pub warn: fn(&Cx, category: &TypeCell, message: &str) -> Res<()>,
}

/// A request to [`Hooks::typing`].
pub enum Typing {
    TypeVar { name: Value },
    TypeVarBound { name: Value, bound: Value },
    TypeVarConstraints { name: Value, constraints: Value },
    ParamSpec { name: Value },
    TypeVarTuple { name: Value },
    SetDefault { param: Value, default: Value },
    Generic { params: Value },
    Alias { name: Value, params: Value, value: Value },
}

/// The hooks of this process.
pub static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// The installed hooks.
#[inline]
pub(crate) fn hooks() -> &'static Hooks {
    match HOOKS.get() {
        Some(hooks) => hooks,
        None => orochi_object::fatal("interpreter used before its hooks were installed"),
    }
}
