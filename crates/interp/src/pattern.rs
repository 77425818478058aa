//! Pattern matching.

use orochi_object::prelude::*;

/// The values of a mapping for a tuple of keys, or None if one is missing.
pub(crate) fn keys(cx: &Cx, subject: Value, keys: Value) -> Res {
    // SAFETY: the compiler's tuple.
    let keys: Ref<PyTuple> = unsafe { keys.cast() };
    let seen = cx.new_set(types::SET.get())?;
    let values = cx.new_list(&[])?;
    let (get, receiver) = ops::lookup_method(cx, subject, name!(cx, "get"))?;
    // A fresh object as the default tells a missing key from any value.
    let missing = cx.new_instance(types::OBJECT.get())?;
    for key in keys.values() {
        if !seen.add(cx, *key)? {
            return raise!(
                cx,
                VALUE_ERROR,
                "mapping pattern checks duplicate key ({})",
                ops::repr_text(cx, *key)?
            );
        }
        let args = [*key, missing];
        let value = match receiver {
            Some(receiver) => ops::call(cx, get, &[receiver, args[0], args[1]])?,
            None => ops::call(cx, get, &args)?,
        };
        if value.is(missing) {
            return Ok(Value::NONE);
        }
        values.push(cx, value)?;
    }
    Ok(values.snapshot(cx)?.value())
}

/// The attributes a class pattern names: `row` is subject, class, keyword names.
pub(crate) fn class(cx: &Cx, row: [Value; 3], positional: usize) -> Res {
    let [subject, class, names] = row;
    let Some(class_type) = class.downcast::<PyType>() else {
        return raise!(cx, TYPE_ERROR, "called match pattern must be a class");
    };
    // SAFETY: the compiler's tuple.
    let names: Ref<PyTuple> = unsafe { names.cast() };
    if !ops::isinstance(cx, subject, class)? {
        return Ok(Value::NONE);
    }
    if positional == 1
        && names.values().is_empty()
        && class_type.has_flag(flag::MATCH_SELF)
        && !class_type.has_flag(flag::HEAPTYPE)
    {
        // `int(x)`: such a class has no `__match_args__`, and none can be given to it.
        return Ok(cx.new_tuple(&[subject])?.value());
    }
    let values = cx.new_list(&[])?;
    let seen = cx.new_set(types::SET.get())?;
    if positional > 0 && !match_positional(cx, subject, class_type, positional, values, seen)? {
        return Ok(Value::NONE);
    }
    for name in names.values() {
        if !match_attribute(cx, subject, class_type, *name, values, seen)? {
            return Ok(Value::NONE);
        }
    }
    Ok(values.snapshot(cx)?.value())
}

fn match_positional(
    cx: &Cx,
    subject: Value,
    class: Ref<PyType>,
    positional: usize,
    values: Ref<PyList>,
    seen: Ref<PySet>,
) -> Res<bool> {
    let name = || class.display_name();
    let args = ops::getattr_opt(cx, class.value(), name!(cx, "__match_args__"))?;
    let Some(args) = args else {
        let allowed = class.has_flag(flag::MATCH_SELF) as usize;
        if positional > allowed {
            let s = if allowed == 1 { "" } else { "s" };
            return raise!(
                cx,
                TYPE_ERROR,
                "{}() accepts {allowed} positional sub-pattern{s} ({positional} given)",
                name()
            );
        }
        values.push(cx, subject)?;
        return Ok(true);
    };
    let Some(args) = args.downcast::<PyTuple>().filter(|_| is_exact(args, &types::TUPLE)) else {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}.__match_args__ must be a tuple (got {})",
            name(),
            class_of(args).display_name()
        );
    };
    if positional > args.len() {
        let s = if args.len() == 1 { "" } else { "s" };
        return raise!(
            cx,
            TYPE_ERROR,
            "{}() accepts {} positional sub-pattern{s} ({positional} given)",
            name(),
            args.len()
        );
    }
    for arg in &args.values()[..positional] {
        if arg.as_str().is_none() {
            return raise!(
                cx,
                TYPE_ERROR,
                "__match_args__ elements must be strings (got {})",
                class_of(*arg).display_name()
            );
        }
        if !match_attribute(cx, subject, class, *arg, values, seen)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn match_attribute(
    cx: &Cx,
    subject: Value,
    class: Ref<PyType>,
    name: Value,
    values: Ref<PyList>,
    seen: Ref<PySet>,
) -> Res<bool> {
    if !seen.add(cx, name)? {
        return raise!(
            cx,
            TYPE_ERROR,
            "{}() got multiple sub-patterns for attribute {}",
            class.display_name(),
            ops::repr_text(cx, name)?
        );
    }
    let name = ops::attribute_name(cx, name)?;
    match ops::getattr_opt(cx, subject, name)? {
        Some(value) => {
            values.push(cx, value)?;
            Ok(true)
        }
        None => Ok(false),
    }
}
