//! Subscripts and membership.

use crate::cx::Cx;
use crate::error::Res;
use crate::name;
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
        None => raise!(
            cx,
            TYPE_ERROR,
            "'{}' object does not support item assignment",
            class_of(v).display_name()
        ),
    }
}

/// `del v[key]`.
pub fn delitem(cx: &Cx, v: Value, key: Value) -> Res<()> {
    match class_of(v).slots.setitem() {
        Some(setitem) => setitem(cx, v, key, None),
        None => {
            let class = class_of(v);
            let is_index = key.is_int() || class_of(key).slots.index().is_some();
            let by_position = class.has_flag(types::flag::HEAPTYPE)
                || class.slots.getitem().is_some()
                || class.slots.contains().is_some();
            // Worded differently where an index might have been deleted.
            let words = if is_index && by_position { "doesn't" } else { "does not" };
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

/// `item in v` by comparing each item.
pub fn contains_by_iteration(cx: &Cx, v: Value, item: Value) -> Res<bool> {
    let class = class_of(v);
    if class.slots.iter().is_none() && class.slots.getitem().is_none() {
        return raise!(
            cx,
            TYPE_ERROR,
            "argument of type '{}' is not a container or iterable",
            class.display_name()
        );
    }
    let mut found = false;
    super::for_each(cx, v, &mut |own| {
        found = super::eq(cx, own, item)?;
        Ok(!found)
    })?;
    Ok(found)
}

/// The position of an index into a sequence of `len` items, negative from the end; `None` out of
/// range.
#[inline]
pub fn position(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add(len as isize)? } else { index };
    (at >= 0 && (at as usize) < len).then_some(at as usize)
}
