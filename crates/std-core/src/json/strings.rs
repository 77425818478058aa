//! JSON strings: quoting and unquoting.

use super::decode_error;
use orochi_object::prelude::*;
use orochi_text::{Builder, Unit, Units};

pub(super) fn encode_basestring(cx: &Cx, args: Args) -> Res {
    quoted(cx, args.get(0), false)
}

pub(super) fn encode_basestring_ascii(cx: &Cx, args: Args) -> Res {
    quoted(cx, args.get(0), true)
}

fn quoted(cx: &Cx, v: Value, ascii: bool) -> Res {
    match v.as_str() {
        Some(text) => {
            let mut out = Builder::new();
            quote(&mut out, text.text(), ascii);
            Ok(cx.str_from_buf(&out.finish())?.value())
        }
        None => raise!(
            cx,
            TYPE_ERROR,
            "first argument must be a string, not {}",
            class_of(v).display_name()
        ),
    }
}

/// Without branches, so that it is done for many at once.
fn is_plain(c: u32, ascii: bool) -> bool {
    (c >= 0x20) & (c != '"' as u32) & (c != '\\' as u32) & ((c < 0x7f) | !ascii)
}

/// How many characters at the start of `text` need no escape.
fn plain_len<T: Unit>(text: &[T], ascii: bool) -> usize {
    let (chunks, _) = text.as_chunks::<16>();
    let plain = |chunk: &[T; 16]| chunk.iter().fold(true, |all, c| all & is_plain(c.cp(), ascii));
    let n = 16 * chunks.iter().take_while(|chunk| plain(chunk)).count();
    let rest = &text[n..];
    n + rest.iter().position(|c| !is_plain(c.cp(), ascii)).unwrap_or(rest.len())
}

/// Appends `text` as a JSON string.
pub(super) fn quote(out: &mut Builder, text: Units<'_>, ascii: bool) {
    out.push_str("\"");
    match text {
        Units::One(text) => push_quoted(out, text, ascii),
        Units::Two(text) => push_quoted(out, text, ascii),
        Units::Four(text) => push_quoted(out, text, ascii),
    }
    out.push_str("\"");
}

fn push_quoted<T: Unit>(out: &mut Builder, mut text: &[T], ascii: bool) {
    loop {
        let (plain, rest) = text.split_at(plain_len(text, ascii));
        if !plain.is_empty() {
            out.push_units(T::units(plain));
        }
        let [special, rest @ ..] = rest else { break };
        escape(out, special.cp());
        text = rest;
    }
}

fn escape(out: &mut Builder, c: u32) {
    match c {
        0x22 => out.push_str("\\\""),
        0x5c => out.push_str("\\\\"),
        0x08 => out.push_str("\\b"),
        0x0c => out.push_str("\\f"),
        0x0a => out.push_str("\\n"),
        0x0d => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        c if c >= 0x10000 => {
            let v = c - 0x10000;
            out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xd800 | v >> 10, 0xdc00 | v & 0x3ff));
        }
        c => out.push_str(&format!("\\u{c:04x}")),
    }
}

/// `scanstring(string, end, strict=True)`: the string that began before `end`, and where it ends.
pub(super) fn scanstring(cx: &Cx, args: Args) -> Res {
    let Some(text) = args.get(0).as_str() else {
        return raise!(
            cx,
            TYPE_ERROR,
            "first argument must be a string, not {}",
            class_of(args.get(0)).display_name()
        );
    };
    let end = ops::index_isize(cx, args.get(1), &exception::OVERFLOW_ERROR)?;
    let strict = match args.opt(2) {
        Some(strict) => ops::truth(cx, strict)?,
        None => true,
    };
    if end < 0 || end as usize > text.len() {
        return raise!(cx, VALUE_ERROR, "end is out of bounds");
    }
    let (string, at) = scan(cx, text, end as usize, strict)?;
    Ok(cx.new_tuple(&[string.value(), Value::int(at as i64)])?.value())
}

/// Reads a string whose opening quote lies before `start`; gives it and the index after it.
pub(super) fn scan(
    cx: &Cx,
    source: Ref<PyStr>,
    start: usize,
    strict: bool,
) -> Res<(Ref<PyStr>, usize)> {
    let text = source.text();
    let begin = start.wrapping_sub(1);
    let plain = plain_from(text, start, strict);
    let mut i = start + plain;
    if i < text.len() && text.get(i) == '"' as u32 {
        return Ok((cx.str_from_units(text.slice(start..i))?, i + 1));
    }
    let mut out = Builder::new();
    out.push_units(text.slice(start..i));
    loop {
        if i >= text.len() {
            return decode_error(cx, "Unterminated string starting at", source, begin);
        }
        let c = text.get(i);
        if c == '"' as u32 {
            return Ok((cx.str_from_buf(&out.finish())?, i + 1));
        }
        if c != '\\' as u32 {
            // `plain_from` stops at control characters only.
            return decode_error(cx, "Invalid control character at", source, i);
        }
        i += 1;
        if i >= text.len() {
            return decode_error(cx, "Unterminated string starting at", source, begin);
        }
        let c = text.get(i);
        if c == 'u' as u32 {
            i = unicode_escape(cx, source, i, &mut out)?;
        } else {
            let Some(plain) = simple_escape(c) else {
                return decode_error(cx, "Invalid \\escape", source, i - 1);
            };
            out.push(plain);
            i += 1;
        }
        let plain = plain_from(text, i, strict);
        out.push_units(text.slice(i..i + plain));
        i += plain;
    }
}

/// How many characters mean themselves before one that ends the string, or begins an escape, or may not be there.
#[inline]
pub(super) fn plain_length<T: Unit>(text: &[T], strict: bool) -> usize {
    let stops = |c: u32| c == '"' as u32 || c == '\\' as u32 || (strict && c < 0x20);
    text.iter().position(|c| stops(c.cp())).unwrap_or(text.len())
}

/// As [`plain_length`], from `start` on.
fn plain_from(text: Units<'_>, start: usize, strict: bool) -> usize {
    match text {
        Units::One(text) => plain_length(&text[start..], strict),
        Units::Two(text) => plain_length(&text[start..], strict),
        Units::Four(text) => plain_length(&text[start..], strict),
    }
}

fn simple_escape(c: u32) -> Option<u32> {
    Some(match char::from_u32(c)? {
        '"' | '\\' | '/' => c,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        _ => return None,
    })
}

fn hex4(text: Units<'_>, at: usize) -> Option<u32> {
    if at + 4 > text.len() {
        return None;
    }
    (at..at + 4).try_fold(0, |n, i| Some(n << 4 | char::from_u32(text.get(i))?.to_digit(16)?))
}

/// Reads `uXXXX` at `at`, with a second escape if it is half a pair; gives the index after it.
fn unicode_escape(cx: &Cx, source: Ref<PyStr>, at: usize, out: &mut Builder) -> Res<usize> {
    let text = source.text();
    let Some(first) = hex4(text, at + 1) else {
        return decode_error(cx, "Invalid \\uXXXX escape", source, at);
    };
    let next = at + 5;
    if (0xd800..0xdc00).contains(&first)
        && next + 1 < text.len()
        && text.get(next) == '\\' as u32
        && text.get(next + 1) == 'u' as u32
        && let Some(second) = hex4(text, next + 2)
        && (0xdc00..0xe000).contains(&second)
    {
        out.push(0x10000 + ((first & 0x3ff) << 10 | second & 0x3ff));
        return Ok(next + 6);
    }
    out.push(first);
    Ok(next)
}
