//! What this crate asks of the interpreter. `vm` installs the functions before any thread starts.

use orochi_object::prelude::*;
use std::sync::OnceLock;

/// Functions of the interpreter.
pub struct Hooks {
    /// Gives a new thread's context its interpreter state; called attached, before any code runs.
    pub on_thread_start: fn(&Cx) -> Res<()>,
    /// Takes it away again.
    pub on_thread_end: fn(&Cx),
    /// Reports an exception that nobody can catch (`sys.unraisablehook`): message and object.
    pub unraisable: fn(&Cx, Raised, &str, Value),
    /// `import name`.
    pub import: fn(&Cx, &str) -> Res,
    /// The current Python frame, or None; for signal handlers.
    pub current_frame: fn(&Cx) -> Value,
    /// An attribute of `sys`, UNSET if missing.
    pub sys_attr: fn(&Cx, &str) -> Option<Value>,
}

/// The installed functions.
pub static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Reports an exception that nobody can catch.
pub fn unraisable(cx: &Cx, raised: Raised, message: &str, object: Value) {
    if let Some(hooks) = HOOKS.get() {
        (hooks.unraisable)(cx, raised, message, object);
    }
}
