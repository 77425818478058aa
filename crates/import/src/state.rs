//! What the import system knows of the process: the native modules, the place of the packed
//! library, and how modules are run. Set once at boot.

use core::sync::atomic::{AtomicBool, Ordering};
use orochi_object::collector::Root;
use orochi_object::prelude::*;
use orochi_runtime::code::PyCode;
use std::sync::OnceLock;

/// Runs a module's code with its namespace as globals and locals.
pub type RunModule = fn(&Cx, Ref<PyCode>, Ref<PyDict>) -> Res;

/// Settings of the import system.
pub struct State {
    /// All native modules, as lists of the crates that define them.
    pub native: &'static [&'static [&'static ModuleDef]],
    /// The folder that the packed library pretends to lie in.
    pub stdlib: String,
    pub run_module: RunModule,
    /// 0, 1 or 2: what `-O` says.
    pub optimize: u8,
    /// Prints what is imported (`-v`).
    pub verbose: u8,
    /// `-X importtime`.
    pub import_time: u8,
    /// `--check-hash-based-pycs`.
    pub check_hash_based_pycs: &'static str,
}

static STATE: OnceLock<State> = OnceLock::new();

/// `sys.modules`.
pub static MODULES: Root = Root::new();
/// The module `sys`.
pub static SYS: Root = Root::new();
/// The module `_frozen_importlib`.
pub static BOOTSTRAP: Root = Root::new();

/// Set once importlib knows `sys` and `_imp`.
static READY: AtomicBool = AtomicBool::new(false);

/// Whether importlib can be asked.
pub fn is_ready() -> bool {
    READY.load(Ordering::Acquire)
}

/// importlib can be asked from now on.
pub fn set_ready() {
    READY.store(true, Ordering::Release);
}

/// Installs the settings.
pub fn install(state: State) {
    if STATE.set(state).is_err() {
        orochi_object::fatal("the import system was set up twice");
    }
}

/// The settings.
pub fn state() -> &'static State {
    match STATE.get() {
        Some(state) => state,
        None => orochi_object::fatal("import before the import system was set up"),
    }
}

/// The native module of this name.
pub fn native(name: &str) -> Option<&'static ModuleDef> {
    state().native.iter().flat_map(|list| list.iter()).find(|def| def.name == name).copied()
}

/// The dict `sys.modules` as it is now (a program may replace it).
pub fn modules(cx: &Cx) -> Res<Ref<PyDict>> {
    let found = SYS
        .get()
        .and_then(Value::downcast::<orochi_object::module::PyModule>)
        .and_then(|sys| sys.namespace().get_str(name!(cx, "modules")))
        .and_then(Value::downcast::<PyDict>)
        .or_else(|| MODULES.get().and_then(Value::downcast));
    match found {
        Some(dict) => Ok(dict),
        None => raise!(cx, RUNTIME_ERROR, "unable to get sys.modules"),
    }
}
