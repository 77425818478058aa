//! `module` objects: a dict and, for modules written in Rust, their definition.

use crate::cx::Cx;
use crate::dict::PyDict;
use crate::error::Res;
use crate::exception;
use crate::layout;
use crate::name;
use crate::object::Ref;
use crate::ops;
use crate::slot::Slot;
use crate::str::PyStr;
use crate::types::{self, PyType};
use crate::value::Value;
use orochi_heap::Header;

/// The module `builtins`; set at boot.
pub static BUILTINS: crate::collector::Root = crate::collector::Root::new();

/// Gives the mapping in which the running code finds builtins, if any runs; set by `vm`.
pub static OF_RUNNING: std::sync::OnceLock<fn(&Cx) -> Option<Value>> = std::sync::OnceLock::new();

/// A name of the module `builtins` itself.
pub fn own_builtin(cx: &Cx, name: Ref<PyStr>) -> Res {
    let module = BUILTINS.get().and_then(Value::downcast::<PyModule>);
    match module.and_then(|module| module.namespace().get_str(name)) {
        Some(value) => Ok(value),
        None => crate::raise!(cx, ATTRIBUTE_ERROR, "{}", name.to_string_lossy()),
    }
}

/// What the running code knows as the builtin of this name: for `__reduce__`.
pub fn builtin(cx: &Cx, name: Ref<PyStr>) -> Res {
    let own = BUILTINS.get().and_then(Value::downcast::<PyModule>);
    let own = own.map(|module| module.namespace());
    let mapping = OF_RUNNING.get().and_then(|get| get(cx)).or(own.map(Ref::value));
    let found = match mapping.map(|mapping| (mapping, mapping.downcast::<PyDict>())) {
        None => None,
        Some((_, Some(dict))) => match dict.get_str(name) {
            // Another key may say that it equals the name.
            None => dict.get(cx, name.value())?,
            found => found,
        },
        Some((mapping, None)) => match ops::getitem(cx, mapping, name.value()) {
            Err(raised) if raised.is(&exception::KEY_ERROR) => None,
            found => Some(found?),
        },
    };
    match found {
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
