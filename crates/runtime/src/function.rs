//! Function objects.

use crate::code::{self, PyCode};
use orochi_object::layout::RUNTIME_BASE;
use orochi_object::prelude::*;

/// Layout number of functions.
pub const LAYOUT: u16 = RUNTIME_BASE + 1;

/// A `function`. Slots may be replaced from Python at any time; a call loads each once.
#[repr(C)]
pub struct PyFunction {
    pub header: Header,
    pub code: Slot,
    pub globals: Slot,
    pub builtins: Slot,
    /// Tuple of cells or UNSET.
    pub closure: Slot,
    /// Tuple or UNSET.
    pub defaults: Slot,
    /// Dict or UNSET.
    pub kwdefaults: Slot,
    pub name: Slot,
    pub qualname: Slot,
    /// UNSET: that of the code, which was not loaded when the function was made.
    doc: Slot,
    pub module: Slot,
    pub annotations: Slot,
    pub annotate: Slot,
    pub type_params: Slot,
}
orochi_object::trace!(
    PyFunction,
    LAYOUT,
    [
        code,
        globals,
        builtins,
        closure,
        defaults,
        kwdefaults,
        name,
        qualname,
        doc,
        module,
        annotations,
        annotate,
        type_params
    ]
);

impl PyFunction {
    #[inline(always)]
    pub fn code(&self) -> Ref<PyCode> {
        // SAFETY: `code` holds a code object from creation on.
        unsafe { self.code.get_set().cast() }
    }
    #[inline(always)]
    pub fn globals(&self) -> Ref<PyDict> {
        // SAFETY: `globals` holds a dict from creation on.
        unsafe { self.globals.get_set().cast() }
    }
    #[inline(always)]
    pub fn builtins(&self) -> Value {
        // SAFETY: set from creation on.
        unsafe { self.builtins.get_set() }
    }
    pub fn defaults(&self) -> &'static [Value] {
        match self.defaults.get().and_then(Value::downcast::<PyTuple>) {
            Some(t) => t.values(),
            None => &[],
        }
    }
}

/// `__doc__`.
pub fn doc(cx: &Cx, f: Ref<PyFunction>) -> Res {
    match f.doc.get() {
        Some(doc) => Ok(doc),
        None => code::docstring(cx, f.code()),
    }
}

/// Sets `__doc__`.
pub fn set_doc(cx: &Cx, f: Ref<PyFunction>, doc: Value) {
    f.doc.set(cx, f, doc);
}

/// Replaces the code; the docstring stays.
pub fn set_code(cx: &Cx, f: Ref<PyFunction>, code: Ref<PyCode>) -> Res<()> {
    set_doc(cx, f, doc(cx, f)?);
    f.code.set(cx, f, code.value());
    Ok(())
}

/// A new function of `code` with these globals; `builtins` as found in them.
pub fn new_function(
    cx: &Cx,
    code: Ref<PyCode>,
    globals: Ref<PyDict>,
    builtins: Value,
) -> Res<Ref<PyFunction>> {
    let f: Ref<PyFunction> = cx.alloc_instance(types::FUNCTION.get(), 0)?;
    f.code.init(code.value());
    f.globals.init(globals.value());
    f.builtins.init(builtins);
    f.name.init(code.name.or_none());
    f.qualname.init(code.qualname.or_none());
    if code.is_loaded() {
        f.doc.init(code::docstring(cx, code)?);
    }
    let module = globals.get_str(name!(cx, "__name__"));
    f.module.init(module.unwrap_or(Value::NONE));
    Ok(f)
}

/// The mapping in which code with these globals finds builtins: `__builtins__` if it is there (of a module the
/// namespace), else those of the running code. Whether it is a mapping shows when a name is looked up.
pub fn builtins_of(cx: &Cx, globals: Ref<PyDict>) -> Value {
    match globals.get_str(name!(cx, "__builtins__")) {
        Some(found) => match found.downcast::<orochi_object::module::PyModule>() {
            Some(module) => module.namespace().value(),
            None => found,
        },
        // SAFETY: null or the running frame.
        None => match unsafe { crate::frame::current(cx).as_ref() } {
            Some(frame) => frame.function.builtins(),
            None => default_builtins().value(),
        },
    }
}

/// The namespace of module `builtins`. A root.
pub static BUILTINS: orochi_object::collector::Root = orochi_object::collector::Root::new();

/// The namespace of module `builtins`.
pub fn default_builtins() -> Ref<PyDict> {
    match BUILTINS.get().and_then(Value::downcast) {
        Some(dict) => dict,
        None => orochi_object::fatal("the builtins are not there yet"),
    }
}
