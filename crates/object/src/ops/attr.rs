//! Attribute access.

use crate::cx::Cx;
use crate::error::{Raised, Res};
use crate::exception::{self, field};
use crate::instance;
use crate::intern;
use crate::module::PyModule;
use crate::native::PyNative;
use crate::object::Ref;
use crate::raise;
use crate::str::PyStr;
use crate::types::{self, PyType, class_of, flag};
use crate::value::Value;

/// `getattr(v, name)`; `name` is interned.
#[inline]
pub fn getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    match class_of(v).slots.getattr() {
        Some(getattr) => getattr(cx, v, name).map_err(|raised| placed(cx, raised, v, name)),
        None => generic_getattr(cx, v, name),
    }
}

/// An AttributeError that a class raised by itself is told what was looked for.
#[cold]
pub fn placed(cx: &Cx, raised: Raised, v: Value, name: Ref<PyStr>) -> Raised {
    let e = raised.exception();
    if raised.is(&exception::ATTRIBUTE_ERROR)
        && e.field(field::NAME).is_none()
        && e.field(field::OBJ).is_none()
    {
        e.set_field(cx, field::NAME, name.value());
        e.set_field(cx, field::OBJ, v);
    }
    raised
}

/// Whether instances of `class` use [`generic_getattr`] (so that caches may stand for it).
#[inline]
pub fn has_generic_getattr(class: Ref<PyType>) -> bool {
    let generic = generic_getattr as crate::slots::GetAttrFn as usize;
    class.slots.getattr().is_none_or(|getattr| getattr as usize == generic)
}

/// Whether instances of `class` use [`generic_setattr`].
#[inline]
pub fn has_generic_setattr(class: Ref<PyType>) -> bool {
    let generic = generic_setattr as crate::slots::SetAttrFn as usize;
    class.slots.setattr().is_none_or(|setattr| setattr as usize == generic)
}

/// `getattr(v, name, None)`: `None` where that raises AttributeError.
pub fn getattr_opt(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
    let found = if has_generic_getattr(class_of(v)) {
        generic_getattr_opt(cx, v, name)
    } else {
        getattr(cx, v, name).map(Some)
    };
    match found {
        Ok(found) => Ok(found),
        Err(raised) if raised.is(&exception::ATTRIBUTE_ERROR) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// `setattr(v, name, value)`; `name` is interned.
pub fn setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Value) -> Res<()> {
    setattr_slot(cx, v, name, Some(value))
}

/// `delattr(v, name)`; `name` is interned.
pub fn delattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<()> {
    setattr_slot(cx, v, name, None)
}

fn setattr_slot(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    match class_of(v).slots.setattr() {
        Some(setattr) => setattr(cx, v, name, value),
        None => generic_setattr(cx, v, name, value),
    }
}

/// Checks that a value is a str and interns it, for attribute access.
pub fn attribute_name(cx: &Cx, name: Value) -> Res<Ref<PyStr>> {
    match name.as_str() {
        Some(name) => intern::intern(cx, name),
        None => raise!(
            cx,
            TYPE_ERROR,
            "attribute name must be string, not '{}'",
            class_of(name).display_name()
        ),
    }
}

/// `object.__getattribute__`.
pub fn generic_getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    match generic_getattr_opt(cx, v, name)? {
        Some(value) => Ok(value),
        None => Err(no_attribute(cx, v, name)),
    }
}

/// As [`generic_getattr`]; `None` if there is no such attribute.
pub fn generic_getattr_opt(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Value>> {
    let class = class_of(v);
    let found = class.lookup(cx, name);
    let get = found.and_then(|found| class_of(found).slots.descr_get());
    if let (Some(found), Some(get)) = (found, get)
        && class_of(found).slots.descr_set().is_some()
    {
        return Ok(Some(get(cx, found, Some(v), Some(class.value()))?));
    }
    if let Some(value) = instance::get(cx, v, name) {
        return Ok(Some(value));
    }
    // A class of modules may have another `__getattribute__`, which asks that of `object`.
    if let Some(module) = v.downcast::<PyModule>()
        && let Some(value) = module.namespace().get_str(name)
    {
        return Ok(Some(value));
    }
    match (found, get) {
        (Some(found), Some(get)) => Ok(Some(get(cx, found, Some(v), Some(class.value()))?)),
        (found, _) => Ok(found),
    }
}

/// The AttributeError for a missing attribute, with `name` and `obj` set.
#[cold]
pub fn no_attribute(cx: &Cx, v: Value, name: Ref<PyStr>) -> Raised {
    let class = class_of(v).display_name();
    attribute_error(
        cx,
        v,
        name,
        &format!("'{class}' object has no attribute '{}'", name.to_string_lossy()),
    )
}

/// An AttributeError with this message and with `name` and `obj` set.
#[cold]
pub fn attribute_error(cx: &Cx, v: Value, name: Ref<PyStr>, message: &str) -> Raised {
    let raised = cx.error(&exception::ATTRIBUTE_ERROR, message);
    let e = raised.exception();
    if raised.is(&exception::ATTRIBUTE_ERROR) {
        e.set_field(cx, field::NAME, name.value());
        e.set_field(cx, field::OBJ, v);
    }
    raised
}

/// `object.__setattr__` and `__delattr__`.
pub fn generic_setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    let class = class_of(v);
    let found = class.lookup(cx, name);
    if let Some(found) = found
        && let Some(set) = class_of(found).slots.descr_set()
    {
        return set(cx, found, v, value);
    }
    let done = match (v.downcast::<PyModule>(), value) {
        (Some(module), Some(value)) => {
            module.namespace().set_str(cx, name, value).map(|()| true)?
        }
        (Some(module), None) => module.namespace().remove(cx, name.value())?.is_some(),
        (None, Some(value)) => instance::set(cx, v, name, value)?,
        (None, None) => instance::delete(cx, v, name)?,
    };
    if done {
        return Ok(());
    }
    Err(cannot_set(cx, v, name, found.is_some(), value.is_none()))
}

#[cold]
fn cannot_set(cx: &Cx, v: Value, name: Ref<PyStr>, on_class: bool, deleting: bool) -> Raised {
    let class = class_of(v);
    let (class_name, text) = (class.display_name(), name.to_string_lossy());
    // A module's namespace is no dict of an instance.
    let has_dict = class.has_dict() || class.is_subtype(types::MODULE.get());
    let message = if has_dict && deleting {
        format!("'{class_name}' object has no attribute '{text}'")
    } else if on_class {
        format!("'{class_name}' object attribute '{text}' is read-only")
    } else if has_dict {
        format!("'{class_name}' object has no attribute '{text}'")
    } else {
        format!(
            "'{class_name}' object has no attribute '{text}' and no __dict__ for setting new \
             attributes"
        )
    };
    attribute_error(cx, v, name, &message)
}

/// A special method found on a value's class, ready to be called on it.
#[derive(Clone, Copy)]
pub struct Special {
    function: Value,
    /// The receiver, where the method takes it as first argument.
    receiver: Option<Value>,
}

impl Special {
    /// Calls the method.
    pub fn call(&self, cx: &Cx, args: &[Value]) -> Res {
        match (self.receiver, args) {
            // Nearly all: operators and comparisons.
            (Some(receiver), [arg]) => super::call(cx, self.function, &[receiver, *arg]),
            _ => self.call_args(cx, crate::args::CallArgs::new(args)),
        }
    }
    pub fn call_args(&self, cx: &Cx, args: crate::args::CallArgs) -> Res {
        match self.receiver {
            Some(receiver) => {
                args.prepended(receiver, |args| super::call_args(cx, self.function, args))
            }
            None => super::call_args(cx, self.function, args),
        }
    }
    /// Whether the class sets the name to `None` to say "not supported".
    pub fn is_none(&self) -> bool {
        self.function.is_none()
    }
    /// The callable and the receiver to pass first.
    pub fn parts(&self) -> (Value, Option<Value>) {
        (self.function, self.receiver)
    }
}

/// Looks a special method up on the class of `v` only, and binds it.
pub fn lookup_special(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<Option<Special>> {
    let class = class_of(v);
    let Some(found) = class.lookup(cx, name) else { return Ok(None) };
    if is_method_descriptor(found) {
        return Ok(Some(Special { function: found, receiver: Some(v) }));
    }
    let function = match class_of(found).slots.descr_get() {
        Some(get) => get(cx, found, Some(v), Some(class.value()))?,
        None => found,
    };
    Ok(Some(Special { function, receiver: None }))
}

/// Whether calling `found` with the receiver first is the same as binding and calling it.
#[inline]
pub fn is_method_descriptor(found: Value) -> bool {
    class_of(found).has_flag(flag::METHOD_DESCRIPTOR)
}

/// What a method call on `v` calls: the function and the receiver to pass first, or a bound value.
pub fn lookup_method(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res<(Value, Option<Value>)> {
    let class = class_of(v);
    if has_generic_getattr(class)
        && let Some(found) = class.lookup(cx, name)
        && is_method_descriptor(found)
        && instance::get(cx, v, name).is_none()
    {
        return Ok((found, Some(v)));
    }
    Ok((getattr(cx, v, name)?, None))
}

/// Calls the method `name` (interned) of `v`.
pub fn call_method(cx: &Cx, v: Value, name: Ref<PyStr>, args: &[Value]) -> Res {
    let (function, receiver) = lookup_method(cx, v, name)?;
    let args = crate::args::CallArgs::new(args);
    match receiver {
        Some(receiver) => args.prepended(receiver, |args| super::call_args(cx, function, args)),
        None => super::call_args(cx, function, args),
    }
}

/// `type.__getattribute__`: attributes of classes.
pub fn type_getattr(cx: &Cx, v: Value, name: Ref<PyStr>) -> Res {
    // SAFETY: this is the getattr slot of `type`, whose instances are PyType.
    let class: Ref<PyType> = unsafe { v.cast() };
    let meta = class_of(v);
    let on_meta = meta.lookup(cx, name);
    let meta_get = on_meta.and_then(|found| class_of(found).slots.descr_get());
    if let (Some(found), Some(get)) = (on_meta, meta_get)
        && class_of(found).slots.descr_set().is_some()
    {
        return get(cx, found, Some(v), Some(meta.value()));
    }
    if let Some(found) = class.lookup(cx, name) {
        return match class_of(found).slots.descr_get() {
            Some(get) => get(cx, found, None, Some(v)),
            None => Ok(found),
        };
    }
    match (on_meta, meta_get) {
        (Some(found), Some(get)) => get(cx, found, Some(v), Some(meta.value())),
        (Some(found), None) => Ok(found),
        (None, _) => Err(attribute_error(
            cx,
            v,
            name,
            &format!(
                "type object '{}' has no attribute '{}'",
                class.display_name(),
                name.to_string_lossy()
            ),
        )),
    }
}

/// `type.__setattr__` and `__delattr__`: changes a class and everything cached about it.
pub fn type_setattr(cx: &Cx, v: Value, name: Ref<PyStr>, value: Option<Value>) -> Res<()> {
    // SAFETY: this is the setattr slot of `type`, whose instances are PyType.
    let class: Ref<PyType> = unsafe { v.cast() };
    if !class.has_flag(flag::HEAPTYPE | flag::MUTABLE) {
        let name = super::repr_text(cx, name.value())?;
        return raise!(
            cx,
            TYPE_ERROR,
            "cannot set {name} attribute of immutable type '{}'",
            class.display_name()
        );
    }
    if let Some(found) = class_of(v).lookup(cx, name)
        && let Some(set) = class_of(found).slots.descr_set()
    {
        return set(cx, found, v, value);
    }
    let dict = class.namespace();
    match value {
        Some(value) => dict.set_str(cx, name, value)?,
        None => {
            if dict.remove_key(cx, crate::dict::Key::str(name))?.is_none() {
                return Err(attribute_error(
                    cx,
                    v,
                    name,
                    &format!(
                        "type object '{}' has no attribute '{}'",
                        class.display_name(),
                        name.to_string_lossy()
                    ),
                ));
            }
        }
    }
    class_changed(cx, class, name)
}

/// Tells everyone that attribute `name` of `class` has changed.
pub fn class_changed(cx: &Cx, class: Ref<PyType>, name: Ref<PyStr>) -> Res<()> {
    types::with_type_lock(cx, || {
        class.modified();
        match name.as_ascii() {
            Some(text) if text.starts_with("__") && text.ends_with("__") => {
                crate::slotdefs::update_slots_for(cx, class, text)
            }
            _ => Ok(()),
        }
    })
}

/// Whether a value is a builtin function with this Rust definition (for fast paths).
pub fn is_native(v: Value, def: &crate::native::NativeDef) -> bool {
    v.downcast::<PyNative>().is_some_and(|native| core::ptr::eq(native.def(), def))
}
