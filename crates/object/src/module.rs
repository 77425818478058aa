//! `module` objects: a dict and, for modules written in Rust, their definition.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::Res;
use crate::layout;
use crate::name;
use crate::object::Ref;
use crate::slot::Slot;
use crate::str::PyStr;
use crate::types::{self, PyType};
use crate::value::Value;
use orochi_heap::Header;

/// The module `builtins`; set at boot.
pub static BUILTINS: crate::collector::Root = crate::collector::Root::new();

/// A function or type of the module `builtins`, by name: for `__reduce__`.
pub fn builtin(cx: &Cx, name: Ref<PyStr>) -> Res {
    let module = BUILTINS.get().and_then(Value::downcast::<PyModule>);
    match module.and_then(|module| module.namespace().get_str(name)) {
        Some(value) => Ok(value),
        None => crate::raise!(cx, ATTRIBUTE_ERROR, "{}", name.to_string_lossy()),
    }
}

/// A `module`. Its attributes live in `dict`.
#[repr(C)]
pub struct PyModule {
    pub header: Header,
    pub dict: Slot,
}
crate::trace!(PyModule, layout::MODULE, [dict]);

impl Cx {
    /// A new module with `__name__` and the other standard attributes set to `None`.
    pub fn new_module(&self, name: Ref<PyStr>) -> Res<Ref<PyModule>> {
        let module = self.module_of_class(types::MODULE.get())?;
        let dict = module.namespace();
        dict.set_str(self, name!(self, "__name__"), name.value())?;
        for key in [
            name!(self, "__doc__"),
            name!(self, "__package__"),
            name!(self, "__loader__"),
            name!(self, "__spec__"),
        ] {
            dict.set_str(self, key, Value::NONE)?;
        }
        Ok(module)
    }
    /// A bare module of a class.
    pub fn module_of_class(&self, class: Ref<PyType>) -> Res<Ref<PyModule>> {
        let module: Ref<PyModule> = self.alloc_instance(class, 0)?;
        module.dict.init(self.new_dict()?.value());
        Ok(module)
    }
}

impl PyModule {
    /// The module's dict.
    pub fn namespace(&self) -> Ref<PyDict> {
        // SAFETY: set to a dict when the module was made.
        unsafe { self.dict.or_none().cast() }
    }
}
