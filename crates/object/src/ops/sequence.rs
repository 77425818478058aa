//! Subscripts and membership.

use crate::cx::Cx;
use crate::error::Res;
use crate::exception;
use crate::name;
use crate::object::Ref;
use crate::raise;
use crate::types::{self, PyType, class_of};
use crate::value::Value;

/// `v[key]`.
pub fn getitem(cx: &Cx, v: Value, key: Value) -> Res {
    if let Some(getitem) = class_of(v).slots.getitem() {
        return getitem(cx, v, key);
    }
    if v.downcast::<PyType>().is_some() {
        if v.is(types::TYPE.get().value()) {
            // No method of `type`: every class would have it.
            let alias = crate::hooks::module_attr(cx, "types", "GenericAlias")?;
            return super::call(cx, alias, &[v, key]);
        }
        let method = super::getattr_opt(cx, v, name!(cx, "__class_getitem__"))?;
        if let Some(method) = method.and_then(Value::non_none) {
            return super::call(cx, method, &[key]);
        }
        return raise!(
            cx,
            TYPE_ERROR,
            "type '{}' is not subscriptable",
            v.downcast::<PyType>().unwrap_or(class_of(v)).display_name()
        );
    }
    raise!(cx, TYPE_ERROR, "'{}' object is not subscriptable", class_of(v).display_name())
}

/// `v[key] = value`.
pub fn setitem(cx: &Cx, v: Value, key: Value, value: Value) -> Res<()> {
    match class_of(v).slots.setitem() {
        Some(setitem) => setitem(cx, v, key, Some(value)),
        None => {
            is_position(cx, class_of(v), key)?;
            raise!(
                cx,
                TYPE_ERROR,
                "'{}' object does not support item assignment",
                class_of(v).display_name()
            )
        }
    }
}

/// Whether CPython's type has a table of a sequence's slots.
pub(crate) fn has_sequence_slots(class: Ref<PyType>) -> bool {
    let slots = &class.slots;
    class.has_flag(types::flag::HEAPTYPE)
        // Most types of modules are made like classes of programs, and so is this one.
        || class.builtin_module().is_some() && !class.has_flag(types::flag::NO_MODULE)
        || class == exception::EXCEPTION_GROUP.get()
        || slots.contains().is_some()
        || slots.len().is_some()
}

/// Whether `key` would be an index into instances of a class. That they have no items to set is told after what is
/// wrong with it.
#[cold]
fn is_position(cx: &Cx, class: Ref<PyType>, key: Value) -> Res<bool> {
    let is_index = key.is_int() || class_of(key).slots.index().is_some();
    if !is_index || !has_sequence_slots(class) {
        return Ok(false);
    }
    super::index_isize(cx, key, &exception::INDEX_ERROR)?;
    Ok(true)
}

/// `del v[key]`.
pub fn delitem(cx: &Cx, v: Value, key: Value) -> Res<()> {
    match class_of(v).slots.setitem() {
        Some(setitem) => setitem(cx, v, key, None),
        None => {
            let class = class_of(v);
            // Worded differently where an index might have been deleted.
            let words = if is_position(cx, class, key)? { "doesn't" } else { "does not" };
            raise!(
                cx,
                TYPE_ERROR,
                "'{}' object {words} support item deletion",
                class.display_name()
            )
        }
    }
}

/// `item in v`.
pub fn contains(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    match class_of(v).slots.contains() {
        Some(contains) => contains(cx, v, item),
        None => contains_by_iteration(cx, v, item),
    }
}

/// What to go through for `item in v`; a TypeError of `iter(v)` is worded anew.
fn iter_to_search(cx: &Cx, v: Value) -> Res {
    super::iter(cx, v).map_err(|raised| {
        if !raised.exception().class().is_subtype(exception::TYPE_ERROR.get()) {
            return raised;
        }
        let class = class_of(v).display_name();
        let text = format!("argument of type '{class}' is not a container or iterable");
        cx.error(&exception::TYPE_ERROR, &text)
    })
}

/// `item in v` by comparing each item.
pub fn contains_by_iteration(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let iterator = iter_to_search(cx, v)?;
    while let Some(own) = super::next(cx, iterator)? {
        if super::eq(cx, own, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The position of an index into a sequence of `len` items, negative from the end; `None` out of
/// range.
#[inline]
pub fn position(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add(len as isize)? } else { index };
    (at >= 0 && (at as usize) < len).then_some(at as usize)
}
