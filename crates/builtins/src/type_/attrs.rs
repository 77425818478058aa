//! The attributes `__dict__` and `__weakref__` of instances, and those of classes.

use super::bases;
use crate::hooks;
use crate::mappingproxy;
use orochi_object::descr::GetSetDef;
use orochi_object::intern;
use orochi_object::layout;
use orochi_object::module::PyModule;
use orochi_object::prelude::*;
pub use orochi_object::typedef::{get_instance_dict, set_instance_dict};

/// `__dict__` of the instances of Python classes, which may be deleted.
pub static DICT: GetSetDef = getset("__dict__", get_instance_dict, |cx, v, value| {
    if v.downcast::<PyType>().is_some() {
        let msg = "attribute '__dict__' of 'type' objects is not writable";
        return raise!(cx, ATTRIBUTE_ERROR, "{msg}");
    }
    if v.downcast::<PyModule>().is_some() {
        return raise!(cx, ATTRIBUTE_ERROR, "readonly attribute");
    }
    // Of an instance whose built-in base has a `__dict__` of its own (an exception), that base decides.
    let mut base = Some(class_of(v));
    while let Some(class) = base.filter(|class| class.has_flag(flag::HEAPTYPE)) {
        base = class.base_type();
    }
    match value {
        None if base.is_some_and(|base| base.has_dict()) => set_instance_dict(cx, v, None),
        Some(_) => set_instance_dict(cx, v, value),
        None => orochi_object::instance::set_dict(cx, v, cx.new_dict()?),
    }
});

/// `__weakref__` of instances.
pub static WEAKREF: GetSetDef = getter("__weakref__", |_, _| Ok(Value::NONE));

/// Rows of the type `type`.
pub static GETSET: &[GetSetDef] = &[
    getset("__name__", |_, v| Ok(class(v).name.or_none()), set_name),
    getset("__qualname__", |_, v| Ok(class(v).qualname.or_none()), set_qualname),
    getset("__bases__", |_, v| Ok(class(v).bases.or_none()), bases::set_bases),
    getter("__mro__", |_, v| Ok(class(v).mro.or_none())),
    getset("__module__", get_module, |cx, v, value| {
        set_plain(cx, v, "__module__", value)?;
        // The line is one of the old module.
        class(v).namespace().remove(cx, name!(cx, "__firstlineno__").value())?;
        Ok(())
    }),
    getset("__abstractmethods__", get_abstract, set_abstract),
    getter("__dict__", |cx, v| mappingproxy::new(cx, class(v).dict.or_none())),
    getset("__doc__", get_doc, |cx, v, value| set_plain(cx, v, "__doc__", value)),
    getter("__text_signature__", get_text_signature),
    getset("__annotations__", get_annotations, set_annotations),
    getset("__annotate__", get_annotate, set_annotate),
    getset("__type_params__", get_type_params, |cx, v, value| {
        set_plain(cx, v, "__type_params__", value)
    }),
    field_getter("__base__", |_, v| Ok(class(v).base.or_none())),
    field_getter("__basicsize__", |_, v| Ok(Value::int(class(v).instance_size() as i64))),
    field_getter("__itemsize__", |_, v| Ok(Value::int(item_size(class(v))))),
    field_getter("__flags__", |_, v| Ok(Value::int(flags(class(v))))),
    field_getter("__dictoffset__", |_, v| Ok(Value::int(dict_offset(class(v))))),
    field_getter("__weakrefoffset__", |_, v| {
        Ok(Value::int(if class(v).has_flag(flag::WEAKREF) { 8 } else { 0 }))
    }),
];

fn class(v: Value) -> Ref<PyType> {
    // SAFETY: these are rows of `type`, whose instances are PyType.
    unsafe { v.cast() }
}

fn dict_offset(t: Ref<PyType>) -> i64 {
    if t.attrs_offset == types::ATTRS_AT_END { -8 } else { t.attrs_offset as i64 }
}

fn item_size(t: Ref<PyType>) -> i64 {
    match t.instance_layout() {
        layout::INT => 4,
        layout::TUPLE => 8,
        layout::BYTES => 1,
        layout::TYPE => 40,
        _ => 0,
    }
}

/// `tp_flags` as CPython shows them.
fn flags(t: Ref<PyType>) -> i64 {
    let own = [
        (flag::HEAPTYPE, 1 << 9),
        (flag::BASETYPE, 1 << 10),
        (flag::ABSTRACT, 1 << 20),
        (flag::SEQUENCE, 1 << 5),
        (flag::MAPPING, 1 << 6),
        (flag::NO_NEW, 1 << 7),
        (flag::MATCH_SELF, 1 << 22),
        (flag::METHOD_DESCRIPTOR, 1 << 17),
        (flag::INT, 1 << 24),
        (flag::STR, 1 << 28),
        (flag::EXCEPTION, 1 << 30),
        (flag::TYPE, 1 << 31),
    ];
    // READY and HAVE_GC.
    let mut bits: i64 = 1 << 12 | 1 << 14;
    for (flag, bit) in own {
        if t.has_flag(flag) {
            bits |= bit;
        }
    }
    if !t.has_flag(flag::HEAPTYPE) {
        bits |= 1 << 8;
    }
    // The types of `typing` are heap types there: `copyreg` takes others for bases with a state.
    let is_typing = |name: &str| name.starts_with("typing.") && name != "typing.Union";
    if t.definition.is_some_and(|def| is_typing(def.name)) {
        bits |= 1 << 9;
    }
    let bases = [(&types::LIST, 25), (&types::TUPLE, 26), (&types::BYTES, 27), (&types::DICT, 29)];
    for (cell, bit) in bases {
        if t.is_subtype(cell.get()) {
            bits |= 1 << bit;
        }
    }
    bits
}

/// Raises TypeError unless attribute `name` of a class may be changed to `value`.
pub fn check_settable(cx: &Cx, t: Ref<PyType>, name: &str, value: Option<Value>) -> Res<Value> {
    if !t.has_flag(flag::HEAPTYPE) {
        return raise!(
            cx,
            TYPE_ERROR,
            "cannot set '{name}' attribute of immutable type '{}'",
            t.display_name()
        );
    }
    match value {
        Some(value) => Ok(value),
        None => raise!(
            cx,
            TYPE_ERROR,
            "cannot delete '{name}' attribute of immutable type '{}'",
            t.display_name()
        ),
    }
}

fn set_plain(cx: &Cx, v: Value, name: &str, value: Option<Value>) -> Res<()> {
    let value = check_settable(cx, class(v), name, value)?;
    store(cx, class(v), intern::intern_text(cx, name)?, value)
}

fn store(cx: &Cx, t: Ref<PyType>, name: Ref<PyStr>, value: Value) -> Res<()> {
    t.namespace().set_str(cx, name, value)?;
    ops::class_changed(cx, t, name)
}

fn set_name(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let t = class(v);
    let value = check_settable(cx, t, "__name__", value)?;
    let Some(name) = value.as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only assign string to {}.__name__, not '{}'",
            t.display_name(),
            class_of(value).display_name()
        );
    };
    if name.units().iter().any(|c| c == 0) {
        return raise!(cx, VALUE_ERROR, "type name must not contain null characters");
    }
    super::new::check_utf8(cx, name)?;
    t.name.set(cx, t, value);
    Ok(())
}

fn set_qualname(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let t = class(v);
    let value = check_settable(cx, t, "__qualname__", value)?;
    if value.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "can only assign string to {}.__qualname__, not '{}'",
            t.display_name(),
            class_of(value).display_name()
        );
    }
    t.qualname.set(cx, t, value);
    Ok(())
}

fn get_module(cx: &Cx, v: Value) -> Res {
    let t = class(v);
    let heap = t.has_flag(flag::HEAPTYPE);
    match t.namespace().get_str(name!(cx, "__module__")) {
        // A builtin type may have a row of this name for its instances.
        Some(module) if heap || module.as_str().is_some() => Ok(module),
        _ if heap => raise!(cx, ATTRIBUTE_ERROR, "__module__"),
        _ => match t.builtin_module() {
            Some(module) => Ok(orochi_object::intern::intern_text(cx, module)?.value()),
            None => Ok(name!(cx, "builtins").value()),
        },
    }
}

fn get_abstract(cx: &Cx, v: Value) -> Res {
    let name = name!(cx, "__abstractmethods__");
    let own = (class(v) != types::TYPE.get()).then(|| class(v).namespace().get_str(name));
    match own.flatten() {
        Some(names) => Ok(names),
        None => Err(ops::attribute_error(cx, v, name, "__abstractmethods__")),
    }
}

fn set_abstract(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let (t, name) = (class(v), name!(cx, "__abstractmethods__"));
    let Some(value) = value else {
        if t.namespace().remove(cx, name.value())?.is_none() {
            return Err(ops::attribute_error(cx, v, name, "__abstractmethods__"));
        }
        t.clear_flag(flag::ABSTRACT);
        return ops::class_changed(cx, t, name);
    };
    let is_abstract = ops::truth(cx, value)?;
    store(cx, t, name, value)?;
    if is_abstract {
        t.set_flag(flag::ABSTRACT);
    } else {
        t.clear_flag(flag::ABSTRACT);
    }
    Ok(())
}

fn get_doc(cx: &Cx, v: Value) -> Res {
    if let Some(doc) = class(v).definition.and_then(|def| def.doc) {
        return Ok(cx.new_str(doc)?.value());
    }
    let Some(doc) = class(v).namespace().get_str(name!(cx, "__doc__")) else {
        return Ok(Value::NONE);
    };
    match class_of(doc).slots.descr_get() {
        Some(get) => get(cx, doc, None, Some(v)),
        None => Ok(doc),
    }
}

fn get_text_signature(cx: &Cx, v: Value) -> Res {
    if class(v).has_flag(flag::HEAPTYPE) {
        return Ok(Value::NONE);
    }
    let text = match class(v).definition.map(|def| def.name) {
        Some("object") => "()",
        Some("bool") => "(object=False, /)",
        Some("float") => "(x=0, /)",
        Some("complex") => "(real=0, imag=0)",
        Some("list" | "tuple") => "(iterable=(), /)",
        Some("property") => "(fget=None, fset=None, fdel=None, doc=None)",
        Some("staticmethod" | "classmethod") => "(function, /)",
        Some("enumerate") => "(iterable, start=0)",
        Some("reversed") => "(object, /)",
        Some("memoryview") => "(object)",
        Some("_io.BufferedRWPair") => "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
        Some("_io.BufferedRandom" | "_io.BufferedReader" | "_io.BufferedWriter") => {
            "(raw, buffer_size=DEFAULT_BUFFER_SIZE)"
        }
        Some("_io.BytesIO") => "(initial_bytes=b'')",
        Some("_io.FileIO") => "(file, mode='r', closefd=True, opener=None)",
        Some("_io.IncrementalNewlineDecoder") => "(decoder, translate, errors='strict')",
        Some("_io.StringIO") => "(initial_value='', newline='\\n')",
        Some("operator.attrgetter") => "(attr, /, *attrs)",
        Some("operator.itemgetter") => "(item, /, *items)",
        Some("operator.methodcaller") => "(name, /, *args, **kwargs)",
        _ => return Ok(Value::NONE),
    };
    Ok(cx.new_str(text)?.value())
}

fn bound_to_class(cx: &Cx, found: Value, v: Value) -> Res {
    match class_of(found).slots.descr_get() {
        Some(get) => get(cx, found, None, Some(v)),
        None => Ok(found),
    }
}

fn get_annotate(cx: &Cx, v: Value) -> Res {
    let t = class(v);
    if !t.has_flag(flag::HEAPTYPE) {
        return Err(no_type_attribute(cx, v, name!(cx, "__annotate__")));
    }
    let names = [name!(cx, "__annotate__"), name!(cx, "__annotate_func__")];
    match names.into_iter().find_map(|name| t.namespace().get_str(name)) {
        Some(found) => bound_to_class(cx, found, v),
        None => Ok(Value::NONE),
    }
}

fn no_type_attribute(cx: &Cx, v: Value, name: Ref<PyStr>) -> Raised {
    let message = format!(
        "type object '{}' has no attribute '{}'",
        class(v).display_name(),
        name.to_string_lossy()
    );
    ops::attribute_error(cx, v, name, &message)
}

fn set_annotate(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let t = class(v);
    let Some(value) = value else {
        return raise!(cx, TYPE_ERROR, "cannot delete __annotate__ attribute");
    };
    check_settable(cx, t, "__annotate__", Some(value))?;
    if !value.is_none() && class_of(value).slots.call().is_none() {
        return raise!(cx, TYPE_ERROR, "__annotate__ must be callable or None");
    }
    store(cx, t, name!(cx, "__annotate_func__"), value)?;
    if !value.is_none() {
        t.namespace().remove(cx, name!(cx, "__annotations_cache__").value())?;
    }
    Ok(())
}

fn get_annotations(cx: &Cx, v: Value) -> Res {
    let t = class(v);
    if !t.has_flag(flag::HEAPTYPE) {
        return Err(no_type_attribute(cx, v, name!(cx, "__annotations__")));
    }
    let cache = name!(cx, "__annotations_cache__");
    let names = [name!(cx, "__annotations__"), cache];
    if let Some(found) = names.into_iter().find_map(|name| t.namespace().get_str(name)) {
        return bound_to_class(cx, found, v);
    }
    let annotate = ops::getattr(cx, v, name!(cx, "__annotate__"))?;
    let made = call_annotate(cx, annotate)?;
    store(cx, t, cache, made.value())?;
    Ok(made.value())
}

/// The dict that an `__annotate__` function gives for values; empty without one.
pub fn call_annotate(cx: &Cx, annotate: Value) -> Res<Ref<PyDict>> {
    if class_of(annotate).slots.call().is_none() {
        return cx.new_dict();
    }
    let made = ops::call(cx, annotate, &[Value::int(1)])?;
    match made.downcast::<PyDict>() {
        Some(dict) => Ok(dict),
        None => raise!(
            cx,
            TYPE_ERROR,
            "__annotate__ returned non-dict of type '{}'",
            class_of(made).display_name()
        ),
    }
}

fn set_annotations(cx: &Cx, v: Value, value: Option<Value>) -> Res<()> {
    let t = class(v);
    check_settable(cx, t, "__annotations__", Some(value.unwrap_or(Value::NONE)))?;
    let (plain, cache) = (name!(cx, "__annotations__"), name!(cx, "__annotations_cache__"));
    let dict = t.namespace();
    match value {
        Some(value) => {
            let at = if dict.get_str(plain).is_some() { plain } else { cache };
            store(cx, t, at, value)?;
        }
        None => {
            let had = dict.remove(cx, plain.value())?.is_some();
            if !had && dict.remove(cx, cache.value())?.is_none() {
                return Err(ops::attribute_error(cx, v, plain, "__annotations__"));
            }
        }
    }
    dict.remove(cx, name!(cx, "__annotate_func__").value())?;
    dict.remove(cx, name!(cx, "__annotate__").value())?;
    ops::class_changed(cx, t, plain)
}

fn get_type_params(cx: &Cx, v: Value) -> Res {
    let own = class(v).namespace().get_str(name!(cx, "__type_params__"));
    // The dict of `type` itself has this very descriptor.
    match own.filter(|_| class(v) != types::TYPE.get()) {
        Some(params) => Ok(params),
        None => Ok(cx.new_tuple(&[])?.value()),
    }
}

/// The module a class made in Rust code belongs to: that of the calling code.
pub fn caller_module(cx: &Cx) -> Option<Value> {
    hooks::caller_globals(cx)?.get_str(name!(cx, "__name__"))
}
