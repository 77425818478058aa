//! What the builtins need of frames, the compiler and the import system: functions that `vm`
//! installs at boot.

use orochi_object::collector::Root;
use orochi_object::prelude::*;
use std::sync::OnceLock;

/// What `compile()` asks of the compiler.
pub struct CompileRequest {
    /// A `str`, a `bytes`, or an `ast.AST` node.
    pub source: Value,
    /// The file name for messages: a `str`.
    pub filename: Value,
    pub mode: CompileMode,
    /// The `flags` argument (`PyCF_*` and `CO_FUTURE_*` bits).
    pub flags: i64,
    /// Whether the future features of the calling code do not apply.
    pub dont_inherit: bool,
    /// -1: as the interpreter was started.
    pub optimize: i32,
    /// `_feature_version`, -1 for the current one.
    pub feature_version: i32,
}

/// The `mode` argument of `compile()`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompileMode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// The arguments of `__import__`.
pub struct ImportRequest {
    pub name: Value,
    /// `None` (Python's) where not given, here and below.
    pub globals: Value,
    pub locals: Value,
    pub fromlist: Value,
    pub level: i32,
}

/// The functions `vm` installs.
pub struct Hooks {
    /// Globals of the innermost Python frame.
    pub globals: fn(&Cx) -> Option<Ref<PyDict>>,
    /// What `locals()` gives in the innermost Python frame.
    pub locals: fn(&Cx) -> Res,
    /// The class (content of the cell `__class__`) and first argument of the innermost frame, for
    /// `super()`; raises RuntimeError where there is none.
    pub super_args: fn(&Cx) -> Res<(Value, Value)>,
    /// Runs a class statement's body function in a namespace; gives the `__class__` cell or `None`.
    pub run_class_body: fn(&Cx, Value, Value) -> Res,
    /// Compiles; gives a code object, or an AST if the flags ask for one.
    pub compile: fn(&Cx, &CompileRequest) -> Res,
    /// Runs a code object with globals, locals (any mapping) and cells of free variables.
    pub run_code: fn(&Cx, Value, Ref<PyDict>, Value, Option<Ref<PyTuple>>) -> Res,
    /// `__import__`.
    pub import: fn(&Cx, &ImportRequest) -> Res,
    /// Writes all pending output of `sys.stdout` and reads a line from the terminal with editing, if
    /// both are terminals; `None` where they are not. The prompt is the argument.
    pub read_line: fn(&Cx, &str) -> Res<Option<Value>>,
}

/// The installed hooks.
pub static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// The module `sys`, once asked for.
static SYS: Root = Root::new();

/// The hooks; RuntimeError before they are installed.
pub fn hooks(cx: &Cx) -> Res<&'static Hooks> {
    match HOOKS.get() {
        Some(hooks) => Ok(hooks),
        None => raise!(cx, RUNTIME_ERROR, "the interpreter is not running"),
    }
}

/// The globals of the innermost Python frame, if there is one.
pub fn caller_globals(cx: &Cx) -> Option<Ref<PyDict>> {
    HOOKS.get().and_then(|hooks| (hooks.globals)(cx))
}

/// An attribute of a module imported by name.
pub fn import_attr(cx: &Cx, module: &str, attr: &str) -> Res {
    orochi_object::hooks::module_attr(cx, module, attr)
}

/// The module `sys`.
pub fn sys(cx: &Cx) -> Res {
    if let Some(sys) = SYS.get() {
        return Ok(sys);
    }
    let sys = orochi_object::hooks::import_module(cx, "sys")?;
    SYS.set(sys);
    Ok(sys)
}

/// An attribute of `sys`, if it is there.
pub fn sys_attr(cx: &Cx, attr: Ref<PyStr>) -> Res<Option<Value>> {
    let sys = sys(cx)?;
    ops::getattr_opt(cx, sys, attr)
}
