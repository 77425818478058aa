//! Making classes: `type(name, bases, namespace, **kwds)`.

use super::layout::{self, Wanted};
use super::mro;
use crate::hooks;
use orochi_object::args::CallArgs;
use orochi_object::prelude::*;
use orochi_object::slots::NewFn;
use orochi_object::{cell::PyCell, exception, intern, slotdefs, typedef};

/// The `new` slot of `type`.
pub fn type_new(cx: &Cx, meta: Ref<PyType>, args: CallArgs) -> Res {
    let given = args.positional();
    let &[name, bases, namespace] = given else {
        return raise!(
            cx,
            TYPE_ERROR,
            "type.__new__() takes exactly 3 arguments ({} given)",
            given.len()
        );
    };
    let wrong = |n: usize, what: &str, v: Value| {
        let class = class_of(v).display_name();
        raise!(cx, TYPE_ERROR, "type.__new__() argument {n} must be {what}, not {class}")
    };
    let Some(name) = name.as_str() else { return wrong(1, "str", name) };
    let Some(bases) = bases.downcast::<PyTuple>() else { return wrong(2, "tuple", bases) };
    let Some(namespace) = namespace.downcast::<PyDict>() else {
        return wrong(3, "dict", namespace);
    };
    let winner = calculate_metaclass(cx, meta, bases)?;
    if winner != meta {
        let own = type_new as NewFn as usize;
        if let Some(new) = winner.slots.new()
            && new as usize != own
        {
            return new(cx, winner, args);
        }
    }
    let keywords = ArgRow::new(&args.all()[3..], args.names());
    Ok(create(cx, winner, name, bases, namespace, keywords.args())?.value())
}

/// A class made by Rust code, of the metaclass that its bases ask for.
pub fn new_class(cx: &Cx, name: &str, bases: &[Value], namespace: Ref<PyDict>) -> Res<Ref<PyType>> {
    let name = intern::intern_text(cx, name)?;
    let bases = cx.new_tuple(bases)?;
    let meta = calculate_metaclass(cx, types::TYPE.get(), bases)?;
    create(cx, meta, name, bases, namespace, CallArgs::EMPTY)
}

/// The most derived metaclass of `meta` and those of the bases.
pub fn calculate_metaclass(cx: &Cx, meta: Ref<PyType>, bases: Ref<PyTuple>) -> Res<Ref<PyType>> {
    let mut winner = meta;
    for base in bases.values() {
        let own = class_of(*base);
        if base.downcast::<PyType>().is_none() && has_mro_entries(cx, *base)? {
            return raise!(
                cx,
                TYPE_ERROR,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            );
        }
        if winner.is_subtype(own) {
            continue;
        }
        if own.is_subtype(winner) {
            winner = own;
            continue;
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass \
             of the metaclasses of all its bases"
        );
    }
    Ok(winner)
}

fn has_mro_entries(cx: &Cx, base: Value) -> Res<bool> {
    Ok(ops::getattr_opt(cx, base, name!(cx, "__mro_entries__"))?.is_some())
}

fn create(
    cx: &Cx,
    meta: Ref<PyType>,
    name: Ref<PyStr>,
    bases: Ref<PyTuple>,
    namespace: Ref<PyDict>,
    keywords: CallArgs,
) -> Res<Ref<PyType>> {
    let bases =
        if bases.len() == 0 { cx.new_tuple(&[types::OBJECT.get().value()])? } else { bases };
    let base = layout::best_base(cx, bases)?;
    let dict = namespace.copy(cx)?;
    let wanted = layout::read_slots(cx, base, bases, name, dict)?;
    check_utf8(cx, name)?;
    if name.units().iter().any(|c| c == 0) {
        return raise!(cx, VALUE_ERROR, "type name must not contain null characters");
    }
    let name = intern::intern(cx, name)?;
    let qualname = take_qualname(cx, dict, name)?;
    let attributes = static_attributes(bases, dict);
    let (memory, first) = layout::memory(base, &wanted, attributes);
    let flags = flag::HEAPTYPE | flag::BASETYPE | inherited_flags(base, bases);
    let t = PyType::allocate(cx, Some(meta), memory, flags)?;
    t.name.set(cx, t, name.value());
    t.qualname.set(cx, t, qualname);
    t.base.set(cx, t, base.value());
    t.bases.set(cx, t, bases.value());
    t.dict.set(cx, t, dict.value());
    t.mro.set(cx, t, first_order(cx, t, base)?.value());
    t.extra[layout::STATIC_ATTRIBUTES].set(cx, t, Value::int(attributes as i64));
    // A member of `__slots__` may have the name of a cell.
    finish_cells(cx, t)?;
    fill_namespace(cx, t, dict, &wanted, first)?;
    warn_of_keys(cx, t)?;
    t.set_flag(flag::UNORDERED);
    let order = mro::compute(cx, t, bases)?;
    mro::set(cx, t, order)?;
    for base in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        typedef::add_subclass(cx, base, t)?;
    }
    types::with_type_lock(cx, || {
        slotdefs::update_slots(cx, t)?;
        t.modified();
        Ok(())
    })?;
    set_names(cx, t)?;
    init_subclass(cx, t, keywords)?;
    Ok(t)
}

/// Raises UnicodeEncodeError for a name with lone surrogates.
pub(super) fn check_utf8(cx: &Cx, name: Ref<PyStr>) -> Res<()> {
    if !name.is_ascii() {
        ops::call_method(cx, name.value(), name!(cx, "encode"), &[])?;
    }
    Ok(())
}

/// A provisional order, for code that looks at the class before its own is computed.
fn first_order(cx: &Cx, t: Ref<PyType>, base: Ref<PyType>) -> Res<Ref<PyTuple>> {
    let bases = cx.new_tuple(&[base.value()])?;
    mro::linearize(cx, t, bases)
}

fn take_qualname(cx: &Cx, dict: Ref<PyDict>, name: Ref<PyStr>) -> Res {
    let key = name!(cx, "__qualname__");
    let Some(qualname) = dict.get_str(key) else { return Ok(name.value()) };
    if qualname.as_str().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "type __qualname__ must be a str, not {}",
            class_of(qualname).display_name()
        );
    }
    dict.remove(cx, key.value())?;
    Ok(qualname)
}

/// How many attributes the methods of a class and its bases assign to `self`.
fn static_attributes(bases: Ref<PyTuple>, dict: Ref<PyDict>) -> u32 {
    let Some(cx) = Cx::current() else { return 0 };
    let own = dict
        .get_str(name!(cx, "__static_attributes__"))
        .and_then(Value::downcast::<PyTuple>)
        .map_or(0, |names| names.len() as u32);
    let inherited = bases
        .values()
        .iter()
        .filter_map(|base| base.downcast::<PyType>())
        .filter_map(|base| base.extra[layout::STATIC_ATTRIBUTES].get()?.as_small())
        .max();
    (own + inherited.unwrap_or(0) as u32).min(64)
}

fn inherited_flags(base: Ref<PyType>, bases: Ref<PyTuple>) -> u64 {
    let kinds = flag::SEQUENCE | flag::MAPPING;
    // What patterns take instances for is up to the first base that says so, not to the layout.
    let mut flags = base.flags() & flag::INHERITED & !kinds;
    for base in bases.values().iter().filter_map(|base| base.downcast::<PyType>()) {
        if flags & kinds == 0 {
            flags |= base.flags() & kinds;
        }
        flags |= base.flags() & flag::HAS_DEL;
    }
    flags
}

/// `__module__`, `__doc__`, `__slots__` and the descriptors every class gets.
fn fill_namespace(
    cx: &Cx,
    t: Ref<PyType>,
    dict: Ref<PyDict>,
    wanted: &Wanted,
    first: u32,
) -> Res<()> {
    let module = name!(cx, "__module__");
    if dict.get_str(module).is_none()
        && let Some(globals) = hooks::caller_globals(cx)
        && let Some(name) = globals.get_str(name!(cx, "__name__"))
    {
        dict.set_str(cx, module, name)?;
    }
    wrap_special_functions(cx, dict)?;
    if let Some(doc) = dict.get_str(name!(cx, "__doc__")).and_then(Value::as_str) {
        // CPython keeps it as a C string.
        if doc.as_ascii().is_none() {
            crate::codecs::encode_text(cx, doc, None, None)?;
        }
    }
    if let Some(members) = wanted.members {
        layout::add_members(cx, t, members, first)?;
    }
    if wanted.dict {
        let row = cx.new_row(&super::attrs::DICT, t)?;
        dict.set_default(cx, name!(cx, "__dict__").value(), row)?;
    }
    if wanted.weakref {
        t.set_flag(flag::WEAKREF);
        let row = cx.new_row(&super::attrs::WEAKREF, t)?;
        dict.set_default(cx, name!(cx, "__weakref__").value(), row)?;
    }
    dict.set_default(cx, name!(cx, "__doc__").value(), Value::NONE)?;
    let hash = name!(cx, "__hash__");
    if dict.get_str(name!(cx, "__eq__")).is_some() && dict.get_str(hash).is_none() {
        dict.set_str(cx, hash, Value::NONE)?;
    }
    Ok(())
}

/// Plain functions named `__new__` become static methods, two others class methods.
fn wrap_special_functions(cx: &Cx, dict: Ref<PyDict>) -> Res<()> {
    if !types::FUNCTION.is_ready() {
        return Ok(());
    }
    for (name, class) in [
        (name!(cx, "__new__"), &types::STATICMETHOD),
        (name!(cx, "__init_subclass__"), &types::CLASSMETHOD),
        (name!(cx, "__class_getitem__"), &types::CLASSMETHOD),
    ] {
        if let Some(function) = dict.get_str(name)
            && is_exact(function, &types::FUNCTION)
        {
            let wrapped = ops::call(cx, class.get().value(), &[function])?;
            dict.set_str(cx, name, wrapped)?;
        }
    }
    Ok(())
}

/// Fills the cells through which methods see their class and its namespace.
fn finish_cells(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    let dict = t.namespace();
    for (key, content) in
        [(name!(cx, "__classcell__"), t.value()), (name!(cx, "__classdictcell__"), dict.value())]
    {
        let Some(found) = dict.get_str(key) else { continue };
        let Some(cell) = found.downcast::<PyCell>() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "{} must be a nonlocal cell, not {}",
                key.to_string_lossy(),
                ops::repr_text(cx, class_of(found).value())?
            );
        };
        cell.content.set(cx, cell, content);
        dict.remove(cx, key.value())?;
    }
    Ok(())
}

/// Warns of names that are no strings: no attribute has them.
fn warn_of_keys(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    let mut cursor = 0;
    while let Some((next, key, _)) = t.namespace().next(cursor) {
        if key.as_str().is_none() {
            let msg = format!("non-string key in the __dict__ of class {}", t.display_name());
            return cx.warn(&exception::RUNTIME_WARNING, &msg, 1);
        }
        cursor = next;
    }
    Ok(())
}

fn set_names(cx: &Cx, t: Ref<PyType>) -> Res<()> {
    let items = t.namespace().snapshot(cx)?;
    for pair in items.values().chunks_exact(2) {
        let Some(method) = ops::lookup_special(cx, pair[1], name!(cx, "__set_name__"))? else {
            continue;
        };
        if let Err(raised) = method.call(cx, &[t.value(), pair[0]]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                class_of(pair[1]).display_name(),
                ops::repr_text(cx, pair[0])?,
                t.display_name()
            );
            let note = cx.new_str(&note)?.value();
            ops::call_method(cx, raised.value(), name!(cx, "add_note"), &[note])?;
            return Err(raised);
        }
    }
    Ok(())
}

/// `super(t, t).__init_subclass__(**keywords)`.
fn init_subclass(cx: &Cx, t: Ref<PyType>, keywords: CallArgs) -> Res<()> {
    let name = name!(cx, "__init_subclass__");
    let order = t.mro_tuple();
    let Some(own) = order.values().iter().position(|class| class.is(t.value())) else {
        let name = t.display_name();
        return raise!(
            cx,
            TYPE_ERROR,
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        );
    };
    let own = own + 1;
    let found = order.values()[own..].iter().find_map(|class| {
        let class = class.downcast::<PyType>()?;
        Some((class, class.namespace().get_str(name)?))
    });
    let Some((owner, found)) = found else { return Ok(()) };
    if owner == types::OBJECT.get() && keywords.is_empty() {
        return Ok(());
    }
    let function = match class_of(found).slots.descr_get() {
        Some(get) => get(cx, found, None, Some(t.value()))?,
        None => found,
    };
    ops::call_args(cx, function, keywords)?;
    Ok(())
}
