//! `float()`.

use crate::number;
use orochi_num::floatparse;
use orochi_object::prelude::*;

#[cold]
fn invalid(cx: &Cx, shown: Value) -> Raised {
    match ops::repr_text(cx, shown) {
        Ok(text) => {
            cx.error(&exception::VALUE_ERROR, &format!("could not convert string to float: {text}"))
        }
        Err(raised) => raised,
    }
}

/// `float(v)`: the number.
pub fn number_to_float(cx: &Cx, v: Value) -> Res<f64> {
    if let Some(x) = v.as_float()
        && is_exact(v, &types::FLOAT)
    {
        return Ok(x);
    }
    let class = class_of(v);
    if let Some(float) = class.slots.float() {
        let result = float(cx, v)?;
        let Some(x) = result.as_float() else {
            return raise!(
                cx,
                TYPE_ERROR,
                "{}.__float__ returned non-float (type {})",
                class.display_name(),
                class_of(result).display_name()
            );
        };
        if !is_exact(result, &types::FLOAT) {
            let message = format!(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of \
                 a strict subclass of float is deprecated, and may not be supported in a future \
                 version of Python.",
                class.display_name(),
                class_of(result).display_name()
            );
            number::warn(cx, &exception::DEPRECATION_WARNING, &message)?;
        }
        return Ok(x);
    }
    if class.slots.index().is_some() {
        return ops::to_f64(cx, v);
    }
    if let Some(s) = v.as_str() {
        let text = orochi_text::classify::to_ascii_number(s.text());
        return match text.and_then(|text| floatparse::parse(&text)) {
            Some(x) => Ok(x),
            None => Err(invalid(cx, v)),
        };
    }
    // What gives no plain bytes is taken for something without any.
    if let Ok(Some(text)) = number::bytes_like(cx, v) {
        return match floatparse::parse(&text) {
            Some(x) => Ok(x),
            None => Err(invalid(cx, v)),
        };
    }
    raise!(
        cx,
        TYPE_ERROR,
        "float() argument must be a string or a real number, not '{}'",
        class.display_name()
    )
}

/// `float.__new__`.
pub(super) fn new(cx: &Cx, class: Ref<PyType>, args: CallArgs) -> Res {
    let plain = class.slots.init().map(|f| f as usize)
        == types::FLOAT.get().slots.init().map(|f| f as usize);
    // A subclass whose own `__init__` takes keywords may be given some.
    let args = if plain { args } else { CallArgs::new(args.positional()) };
    let given = args.exactly(cx, "float", 0, 1)?;
    let x = match given.first() {
        Some(v) if class == types::FLOAT.get() && is_exact(*v, &types::FLOAT) => return Ok(*v),
        Some(v) => number_to_float(cx, *v)?,
        None => 0.0,
    };
    if class == types::FLOAT.get() { cx.new_float(x) } else { cx.float_of_class(class, x) }
}
