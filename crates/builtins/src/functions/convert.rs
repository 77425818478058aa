//! `ascii`, `chr`, `ord`, `format`, `round`.

use orochi_object::prelude::*;
use orochi_text::repr;

pub(super) fn ascii(cx: &Cx, args: Args) -> Res {
    let text = ops::repr(cx, args.get(0))?;
    if text.is_ascii() {
        return Ok(text.value());
    }
    Ok(cx.str_from_buf(&repr::escape_non_ascii(text.text()))?.value())
}

pub(super) fn chr(cx: &Cx, args: Args) -> Res {
    let n = ops::index_clamped(cx, args.get(0))?;
    match u32::try_from(n) {
        Ok(point) if point < 0x11_0000 => Ok(cx.str_from_char(point)?.value()),
        _ => raise!(cx, VALUE_ERROR, "chr() arg not in range(0x110000)"),
    }
}

pub(super) fn ord(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let len = if let Some(text) = v.as_str() {
        if text.len() == 1 {
            return Ok(Value::int(text.text().get(0) as i64));
        }
        text.len()
    } else {
        let is_bytes = v.downcast::<PyBytes>().is_some();
        let is_bytes_like = is_bytes
            || class_of(v).mro_tuple().values().iter().any(|class| {
                class.downcast::<PyType>().is_some_and(|class| {
                    class.definition.is_some_and(|def| def.name == "bytearray")
                })
            });
        if !is_bytes_like {
            return raise!(
                cx,
                TYPE_ERROR,
                "ord() expected string of length 1, but {} found",
                class_of(v).display_name()
            );
        }
        let data = crate::number::bytes_like(cx, v)?.unwrap_or_default();
        if let [byte] = data[..] {
            return Ok(Value::int(byte as i64));
        }
        data.len()
    };
    raise!(cx, TYPE_ERROR, "ord() expected a character, but string of length {len} found")
}

pub(super) fn format(cx: &Cx, args: Args) -> Res {
    let spec = match args.opt(1) {
        Some(spec) => match spec.as_str() {
            Some(spec) => Some(spec),
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "format() argument 2 must be str, not {}",
                    class_of(spec).display_name()
                );
            }
        },
        None => None,
    };
    Ok(ops::format(cx, args.get(0), spec)?.value())
}

pub(super) fn round(cx: &Cx, args: Args) -> Res {
    let v = args.get(0);
    let Some(method) = ops::lookup_special(cx, v, name!(cx, "__round__"))? else {
        return raise!(
            cx,
            TYPE_ERROR,
            "type {} doesn't define __round__ method",
            class_of(v).display_name()
        );
    };
    match args.non_none(1) {
        Some(digits) => method.call(cx, &[digits]),
        None => method.call(cx, &[]),
    }
}
