//! `repr(str)` and `ascii(str)`.

use crate::classify::is_printable;
use crate::{Buf, Builder, Units};

/// The quote that `repr` chooses: single unless only double-free text has one.
fn choose_quote(s: Units<'_>) -> u32 {
    let has = |q: u32| s.iter().any(|c| c == q);
    if has(39) && !has(34) { 34 } else { 39 }
}

fn push_escape(out: &mut Builder, c: u32) {
    match c {
        9 => out.push_str("\\t"),
        10 => out.push_str("\\n"),
        13 => out.push_str("\\r"),
        0..=0xff => out.push_str(&format!("\\x{c:02x}")),
        0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
        _ => out.push_str(&format!("\\U{c:08x}")),
    }
}

fn quoted(s: Units<'_>, shown: impl Fn(u32) -> bool) -> Buf {
    let quote = choose_quote(s);
    let mut out = Builder::with_capacity(s.len() + 2);
    out.push(quote);
    for c in s.iter() {
        if c == quote || c == 92 {
            out.push(92);
            out.push(c);
        } else if shown(c) {
            out.push(c);
        } else {
            push_escape(&mut out, c);
        }
    }
    out.push(quote);
    out.finish()
}

/// `repr(s)`.
pub fn repr(s: Units<'_>) -> Buf {
    quoted(s, is_printable)
}

/// `ascii(s)` of a string.
pub fn ascii(s: Units<'_>) -> Buf {
    quoted(s, |c| (0x20..0x7f).contains(&c))
}

/// `ascii(o)` from `repr(o)`: escapes what is not ASCII and nothing else.
pub fn escape_non_ascii(s: Units<'_>) -> Buf {
    if s.is_ascii() {
        return s.to_buf();
    }
    let mut out = Builder::with_capacity(s.len() + 8);
    for c in s.iter() {
        if c < 128 { out.push(c) } else { push_escape(&mut out, c) }
    }
    out.finish()
}
