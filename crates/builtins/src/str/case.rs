//! Case, classes, stripping and padding.

use super::{made, part, receiver, same};
use orochi_object::prelude::*;
use orochi_text::strip::Side;
use orochi_text::{Buf, Units, classify, pad};

macro_rules! mapped {
    ($($name:ident)*) => { $(
        pub(super) fn $name(cx: &Cx, args: Args) -> Res {
            made(cx, &orochi_text::case::$name(receiver(args).text()))
        }
    )* };
}
mapped! { capitalize title swapcase }

/// ASCII text as `map` makes it, other text as `other` does.
fn cased(cx: &Cx, s: Ref<PyStr>, map: fn(&u8) -> u8, other: fn(Units<'_>) -> Buf) -> Res {
    match s.as_ascii() {
        Some("") => same(cx, s),
        Some(text) => Ok(cx.str_mapped(text.as_bytes(), |byte| map(&byte))?.value()),
        None => made(cx, &other(s.text())),
    }
}

pub(super) fn casefold(cx: &Cx, args: Args) -> Res {
    cased(cx, receiver(args), u8::to_ascii_lowercase, orochi_text::case::casefold)
}
pub(super) fn lower(cx: &Cx, args: Args) -> Res {
    cased(cx, receiver(args), u8::to_ascii_lowercase, orochi_text::case::lower)
}
pub(super) fn upper(cx: &Cx, args: Args) -> Res {
    cased(cx, receiver(args), u8::to_ascii_uppercase, orochi_text::case::upper)
}

macro_rules! tests {
    ($($name:ident)*) => { $(
        pub(super) fn $name(_: &Cx, args: Args) -> Res {
            Ok(Value::bool(classify::$name(receiver(args).text())))
        }
    )* };
}
tests! { islower isupper istitle isspace isdecimal isdigit isnumeric isalpha isalnum isidentifier isprintable }

pub(super) fn isascii(_: &Cx, args: Args) -> Res {
    Ok(Value::bool(receiver(args).is_ascii()))
}

fn stripped(cx: &Cx, args: Args, name: &str, side: Side) -> Res {
    let s = receiver(args);
    let range = match args.non_none(1) {
        None => orochi_text::strip::strip(s.text(), side),
        Some(chars) => match chars.as_str() {
            Some(chars) => orochi_text::strip::strip_chars(s.text(), chars.text(), side),
            None => return raise!(cx, TYPE_ERROR, "{name} arg must be None or str"),
        },
    };
    part(cx, s, range)
}

pub(super) fn strip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, "strip", Side::Both)
}
pub(super) fn lstrip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, "lstrip", Side::Left)
}
pub(super) fn rstrip(cx: &Cx, args: Args) -> Res {
    stripped(cx, args, "rstrip", Side::Right)
}

fn width_and_fill(cx: &Cx, args: Args) -> Res<(usize, u32)> {
    let width = ops::size_argument(cx, args.get(1))?;
    let fill = match args.opt(2) {
        None => 32,
        Some(fill) => match fill.as_str() {
            Some(fill) if fill.len() == 1 => fill.text().get(0),
            Some(_) => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "The fill character must be exactly one character long"
                );
            }
            None => {
                return raise!(
                    cx,
                    TYPE_ERROR,
                    "The fill character must be a unicode character, not {}",
                    class_of(fill).display_name()
                );
            }
        },
    };
    Ok((width.max(0) as usize, fill))
}

/// Refuses widths that no memory holds.
fn check_width(cx: &Cx, width: usize) -> Res<()> {
    if width > 1 << 40 {
        return Err(orochi_object::error::memory_error(cx));
    }
    Ok(())
}

fn padded(cx: &Cx, args: Args, f: fn(Units<'_>, usize, u32) -> Buf) -> Res {
    let s = receiver(args);
    let (width, fill) = width_and_fill(cx, args)?;
    if width <= s.len() {
        return same(cx, s);
    }
    check_width(cx, width)?;
    made(cx, &f(s.text(), width, fill))
}

pub(super) fn center(cx: &Cx, args: Args) -> Res {
    padded(cx, args, pad::center)
}
pub(super) fn ljust(cx: &Cx, args: Args) -> Res {
    padded(cx, args, pad::ljust)
}
pub(super) fn rjust(cx: &Cx, args: Args) -> Res {
    padded(cx, args, pad::rjust)
}
pub(super) fn zfill(cx: &Cx, args: Args) -> Res {
    let s = receiver(args);
    let width = ops::size_argument(cx, args.get(1))?.max(0) as usize;
    if width <= s.len() {
        return same(cx, s);
    }
    check_width(cx, width)?;
    made(cx, &pad::zfill(s.text(), width))
}
pub(super) fn expandtabs(cx: &Cx, args: Args) -> Res {
    let size = match args.opt(1) {
        None => 8,
        Some(size) => ops::to_i32(cx, size)?,
    };
    match pad::expandtabs(receiver(args).text(), i64::from(size)) {
        Some(buf) => made(cx, &buf),
        None => raise!(cx, OVERFLOW_ERROR, "new string is too long"),
    }
}
