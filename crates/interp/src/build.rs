//! Building and changing containers and strings for bytecode; arguments of starred calls.

use crate::hooks::hooks;
use orochi_object::dict::Key;
use orochi_object::prelude::*;

/// A group of `n` bound registers.
#[inline(always)]
pub(crate) fn row<'a>(base: *mut u64, first: u16, n: u16) -> &'a [Value] {
    // SAFETY: the verifier has checked that the group lies within the window; it is bound.
    unsafe { core::slice::from_raw_parts(base.add(first as usize).cast::<Value>(), n as usize) }
}

/// `object[key]` for lists and tuples with small int keys and for dicts with str keys.
#[inline(always)]
pub(crate) fn fast_item(object: Value, key: Value) -> Option<Value> {
    if let Some(i) = key.as_small() {
        if let Some(list) = object.downcast::<PyList>()
            && is_exact(object, &types::LIST)
        {
            let (cells, len) = list.read_cells();
            return cells.get(ops::position(i as isize, len)?)?.get();
        }
        if let Some(tuple) = object.downcast::<PyTuple>()
            && is_exact(object, &types::TUPLE)
        {
            return tuple.get(ops::position(i as isize, tuple.len())?);
        }
    }
    if let Some(dict) = object.downcast::<PyDict>()
        && is_exact(object, &types::DICT)
        && is_exact(key, &types::STR)
    {
        return dict.get_exact_str(key.as_str()?);
    }
    None
}

/// `object[key] = value`.
#[inline]
pub(crate) fn set_item(cx: &Cx, object: Value, key: Value, value: Value) -> Res<()> {
    if let Some(i) = key.as_small()
        && let Some(list) = object.downcast::<PyList>()
        && is_exact(object, &types::LIST)
        && let Some(at) = ops::position(i as isize, list.len())
        && list.set(cx, at, value)
    {
        return Ok(());
    }
    if let Some(dict) = object.downcast::<PyDict>()
        && is_exact(object, &types::DICT)
    {
        return dict.set(cx, key, value);
    }
    ops::setitem(cx, object, key, value)
}

/// `del object[key]`.
pub(crate) fn del_item(cx: &Cx, object: Value, key: Value) -> Res<()> {
    if let Some(dict) = object.downcast::<PyDict>().filter(|_| is_exact(object, &types::DICT))
        && let Some(native) = Key::native(key)
        && dict.remove_key(cx, native)?.is_some()
    {
        return Ok(());
    }
    ops::delitem(cx, object, key)
}

/// `item in container`.
#[inline]
pub(crate) fn contains(cx: &Cx, container: Value, item: Value) -> Res<bool> {
    if let Some(key) = Key::native(item) {
        if let Some(set) = container.downcast::<PySet>()
            && (is_exact(container, &types::SET) || is_exact(container, &types::FROZENSET))
        {
            return set.contains_key(cx, key);
        }
        if let Some(dict) = container.downcast::<PyDict>()
            && is_exact(container, &types::DICT)
        {
            return Ok(dict.get_key(cx, key)?.is_some());
        }
    }
    ops::contains(cx, container, item)
}

/// A set display.
pub(crate) fn set(cx: &Cx, items: &[Value]) -> Res {
    Ok(cx.set_of(items)?.value())
}

/// A dict display of key, value pairs.
pub(crate) fn map(cx: &Cx, items: &[Value]) -> Res {
    let dict = cx.new_dict()?;
    if items.len() > 10 {
        dict.reserve_own(cx, items.len() / 2)?;
    }
    let mut known = false;
    for pair in items.chunks_exact(2) {
        match Key::native(pair[0]).filter(|_| !known) {
            Some(key) => dict.set_own_key(cx, key, pair[1])?,
            None => {
                // Python code may run.
                known = true;
                dict.set(cx, pair[0], pair[1])?;
            }
        }
    }
    Ok(dict.value())
}

/// The concatenation of an f-string's parts.
pub(crate) fn string(cx: &Cx, pieces: &[Value]) -> Res {
    // SAFETY: the compiler's pieces are strs; Value and Ref are one word with the same bits.
    let pieces: &[Ref<PyStr>] = unsafe { core::mem::transmute::<&[Value], &[Ref<PyStr>]>(pieces) };
    Ok(cx.str_join_pieces(pieces)?.value())
}

/// `[*a, *b]`.
pub(crate) fn list_extend(cx: &Cx, list: Value, v: Value) -> Res<()> {
    // SAFETY: the compiler's list.
    let list: Ref<PyList> = unsafe { list.cast() };
    match ops::extend(cx, list, v) {
        Err(raised) if not_iterable(v, raised) => raise!(
            cx,
            TYPE_ERROR,
            "Value after * must be an iterable, not {}",
            class_of(v).display_name()
        ),
        result => result,
    }
}

/// Whether the TypeError says that `v` itself is no iterable.
fn not_iterable(v: Value, raised: Raised) -> bool {
    raised.is(&exception::TYPE_ERROR)
        && class_of(v).slots.iter().is_none()
        && class_of(v).slots.getitem().is_none()
}

pub(crate) fn list_to_tuple(cx: &Cx, list: Value) -> Res {
    // SAFETY: the compiler's list.
    let list: Ref<PyList> = unsafe { list.cast() };
    Ok(list.snapshot(cx)?.value())
}

pub(crate) fn set_add(cx: &Cx, set: Value, item: Value) -> Res<()> {
    // SAFETY: the compiler's set.
    let set: Ref<PySet> = unsafe { set.cast() };
    set.add(cx, item)?;
    Ok(())
}

pub(crate) fn set_update(cx: &Cx, set: Value, items: Value) -> Res<()> {
    // SAFETY: the compiler's set.
    let set: Ref<PySet> = unsafe { set.cast() };
    if let Some(other) = items.downcast::<PySet>()
        && set.absorb(cx, other)?
    {
        return Ok(());
    }
    let items = ops::own_items(cx, items)?.map_or(items, Ref::value);
    ops::for_each(cx, items, &mut |item| {
        set.add(cx, item)?;
        Ok(true)
    })
}

pub(crate) fn map_add(cx: &Cx, dict: Value, key: Value, value: Value) -> Res<()> {
    // SAFETY: the compiler's dict.
    let dict: Ref<PyDict> = unsafe { dict.cast() };
    dict.set(cx, key, value)
}

/// Calls `f` with each item of a mapping: a dict, or anything with `keys`.
fn for_each_item(cx: &Cx, mapping: Value, f: &mut dyn FnMut(Value, Value) -> Res<()>) -> Res<bool> {
    if let Some(dict) = orochi_object::dict::direct(mapping) {
        let pairs = dict.snapshot(cx)?;
        for pair in pairs.values().chunks_exact(2) {
            f(pair[0], pair[1])?;
        }
        return Ok(true);
    }
    let Some(keys) = ops::getattr_opt(cx, mapping, name!(cx, "keys"))? else {
        return Ok(false);
    };
    let keys = ops::call(cx, keys, &[])?;
    let keys = ops::to_tuple(cx, keys)?;
    for key in keys.values() {
        let value = ops::getitem(cx, mapping, *key)?;
        f(*key, value)?;
    }
    Ok(true)
}

/// `{**mapping}`.
pub(crate) fn dict_update(cx: &Cx, dict: Value, mapping: Value) -> Res<()> {
    // SAFETY: the compiler's dict.
    let dict: Ref<PyDict> = unsafe { dict.cast() };
    if let Some(from) = orochi_object::dict::direct(mapping) {
        return dict.merge_copy(cx, from);
    }
    let done = for_each_item(cx, mapping, &mut |key, value| dict.set(cx, key, value))?;
    if done {
        return Ok(());
    }
    raise!(cx, TYPE_ERROR, "'{}' object is not a mapping", class_of(mapping).display_name())
}

/// `f(**mapping)` beside other keywords.
pub(crate) fn dict_merge(cx: &Cx, dict: Value, mapping: Value, callable: Value) -> Res<()> {
    // SAFETY: the compiler's dict.
    let dict: Ref<PyDict> = unsafe { dict.cast() };
    let done = for_each_item(cx, mapping, &mut |key, value| {
        let hashed = Key::new(cx, key)?;
        if dict.get_key(cx, hashed)?.is_some() {
            let function = function_text(cx, callable)?;
            if key.as_str().is_none() {
                return raise!(cx, TYPE_ERROR, "{function} keywords must be strings");
            }
            return raise!(
                cx,
                TYPE_ERROR,
                "{function} got multiple values for keyword argument '{}'",
                ops::str(cx, key)?.to_string_lossy()
            );
        }
        dict.set_key(cx, hashed, value)
    })?;
    if done {
        return Ok(());
    }
    raise!(
        cx,
        TYPE_ERROR,
        "{} argument after ** must be a mapping, not {}",
        function_text(cx, callable)?,
        class_of(mapping).display_name()
    )
}

/// `module.qualname()` of a callable, for messages (CPython's `_PyObject_FunctionStr`).
fn function_text(cx: &Cx, callable: Value) -> Res<String> {
    let Some(qualname) = ops::getattr_opt(cx, callable, name!(cx, "__qualname__"))? else {
        return Ok(ops::str(cx, callable)?.to_string_lossy());
    };
    let qualname = ops::str(cx, qualname)?.to_string_lossy();
    let module = ops::getattr_opt(cx, callable, name!(cx, "__module__"))?;
    match module.and_then(Value::as_str) {
        Some(module) if !module.eq_str("builtins") => {
            Ok(format!("{}.{qualname}()", module.to_string_lossy()))
        }
        _ => Ok(format!("{qualname}()")),
    }
}

/// The positional arguments of `f(*args)`.
pub(crate) fn star_args(cx: &Cx, callable: Value, args: Value) -> Res<Ref<PyTuple>> {
    match ops::to_tuple(cx, args) {
        Err(raised) if not_iterable(args, raised) => raise!(
            cx,
            TYPE_ERROR,
            "{} argument after * must be an iterable, not {}",
            function_text(cx, callable)?,
            class_of(args).display_name()
        ),
        result => result,
    }
}

/// The keyword arguments of `f(*args, **kwargs)`; `args` is not iterated over yet.
pub(crate) fn star_kwargs(
    cx: &Cx,
    callable: Value,
    args: Value,
    kwargs: Value,
) -> Res<Ref<PyDict>> {
    // Other arguments run code, which may change the dict.
    let quiet = is_exact(args, &types::TUPLE) || is_exact(args, &types::LIST);
    if let Some(dict) = kwargs.downcast::<PyDict>()
        && is_exact(kwargs, &types::DICT)
        && quiet
    {
        return Ok(dict);
    }
    let dict = cx.new_dict()?;
    dict_merge(cx, dict.value(), kwargs, callable)?;
    Ok(dict)
}

/// What is not given by a str is no keyword argument.
pub(crate) fn check_names(cx: &Cx, named: Ref<PyDict>) -> Res<()> {
    let mut cursor = 0;
    while let Some((next, name, _)) = named.next(cursor) {
        if name.as_str().is_none() {
            return raise!(cx, TYPE_ERROR, "keywords must be strings");
        }
        cursor = next;
    }
    Ok(())
}

/// One row of receiver, positional and keyword arguments, and the keywords' names.
pub(crate) fn call_row(
    cx: &Cx,
    receiver: Option<Value>,
    positional: Ref<PyTuple>,
    kwargs: Option<Ref<PyDict>>,
) -> Res<(Ref<PyTuple>, Option<Ref<PyTuple>>)> {
    if receiver.is_none() && kwargs.is_none() {
        return Ok((positional, None));
    }
    let before = receiver.is_some() as usize + positional.len();
    let (row, names) = match kwargs {
        Some(kwargs) => {
            let (names, row) = kwargs.columns(cx, before)?;
            (row, Some(names).filter(|names| names.len() > 0))
        }
        None => (PyTuple::new_internal(cx, before)?, None),
    };
    let values = receiver.into_iter().chain(positional.values().iter().copied());
    for (slot, value) in row.items().iter().zip(values) {
        slot.init(value);
    }
    let strs = |names: Ref<PyTuple>| names.values().iter().all(|name| name.as_str().is_some());
    if !names.is_none_or(strs) {
        return raise!(cx, TYPE_ERROR, "keywords must be strings");
    }
    Ok((row, names))
}

/// `format(v, spec)`.
pub(crate) fn format(cx: &Cx, v: Value, spec: Value) -> Res {
    let spec = ops::expect_str(cx, spec, "format spec")?;
    Ok(ops::format(cx, v, Some(spec))?.value())
}

/// `!s`, `!r`, `!a`.
pub(crate) fn convert(cx: &Cx, v: Value, which: u16) -> Res {
    match which {
        1 => Ok(ops::str(cx, v)?.value()),
        2 => Ok(ops::repr(cx, v)?.value()),
        _ => {
            let text = ops::repr(cx, v)?;
            if text.is_ascii() {
                return Ok(text.value());
            }
            Ok(cx.str_from_buf(&orochi_text::repr::escape_non_ascii(text.text()))?.value())
        }
    }
}

/// `Interpolation(value, text, conversion, spec)`.
pub(crate) fn interpolation(cx: &Cx, row: [Value; 3], conversion: u16) -> Res {
    let conversion = match conversion {
        1 => cx.str_from_char('s' as u32)?.value(),
        2 => cx.str_from_char('r' as u32)?.value(),
        3 => cx.str_from_char('a' as u32)?.value(),
        _ => Value::NONE,
    };
    (hooks().interpolation)(cx, &[row[0], row[1], conversion, row[2]])
}
