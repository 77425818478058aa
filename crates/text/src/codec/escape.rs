//! `unicode_escape` and `raw_unicode_escape`, and the escapes of bytes.

use super::DecodeError;
use crate::{Builder, MAX_CODE_POINT, Units, unidata};

/// The first escape that Python warns about: its position and, for an octal
/// one above 0o377, its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEscape {
    /// Where the backslash is.
    pub at: usize,
    /// The value of an octal escape that is too large.
    pub octal: Option<u32>,
}

/// Decodes backslash escapes; other bytes are Latin-1. The first invalid
/// escape, which stays as it is, is noted in `bad`.
pub fn decode(
    b: &[u8],
    mut at: usize,
    last: bool,
    out: &mut Builder,
    bad: &mut Option<BadEscape>,
) -> Result<usize, DecodeError> {
    while at < b.len() {
        let plain = memchr::memchr(b'\\', &b[at..]).unwrap_or(b.len() - at);
        out.push_latin1(&b[at..at + plain]);
        at += plain;
        if at == b.len() {
            break;
        }
        match escape(b, at, last, out, bad)? {
            Some(next) => at = next,
            None => return Ok(at),
        }
    }
    Ok(at)
}

/// One escape; answers where it ends, or `None` when it is incomplete and
/// more input may come.
fn escape(
    b: &[u8],
    at: usize,
    last: bool,
    out: &mut Builder,
    bad: &mut Option<BadEscape>,
) -> Result<Option<usize>, DecodeError> {
    let Some(&kind) = b.get(at + 1) else {
        if !last {
            return Ok(None);
        }
        return Err(DecodeError::new(at, at + 1, "\\ at end of string"));
    };
    let simple = match kind {
        b'\n' => return Ok(Some(at + 2)),
        b'\\' | b'\'' | b'"' => u32::from(kind),
        b'b' => 8,
        b'f' => 12,
        b't' => 9,
        b'n' => 10,
        b'r' => 13,
        b'v' => 11,
        b'a' => 7,
        b'0'..=b'7' => return Ok(Some(octal(b, at, out, bad))),
        b'x' => return hex(b, at, last, 2, "truncated \\xXX escape", out),
        b'u' => return hex(b, at, last, 4, "truncated \\uXXXX escape", out),
        b'U' => return hex(b, at, last, 8, "truncated \\UXXXXXXXX escape", out),
        b'N' => return named(b, at, last, out),
        _ => {
            bad.get_or_insert(BadEscape { at, octal: None });
            out.push(92);
            out.push(u32::from(kind));
            return Ok(Some(at + 2));
        }
    };
    out.push(simple);
    Ok(Some(at + 2))
}

fn octal(b: &[u8], at: usize, out: &mut Builder, bad: &mut Option<BadEscape>) -> usize {
    let digits = b[at + 1..].iter().take(3).take_while(|d| (b'0'..=b'7').contains(d)).count();
    let v = b[at + 1..at + 1 + digits].iter().fold(0, |v, d| v * 8 + u32::from(d - b'0'));
    if v > 0o377 {
        bad.get_or_insert(BadEscape { at, octal: Some(v) });
    }
    out.push(v);
    at + 1 + digits
}

fn hex_value(b: &[u8]) -> u32 {
    b.iter().fold(0, |v, d| v << 4 | (*d as char).to_digit(16).unwrap_or(0))
}

fn hex(
    b: &[u8],
    at: usize,
    last: bool,
    want: usize,
    reason: &'static str,
    out: &mut Builder,
) -> Result<Option<usize>, DecodeError> {
    let rest = &b[at + 2..];
    let n = rest.iter().take(want).take_while(|d| d.is_ascii_hexdigit()).count();
    if n < want {
        if n == rest.len() && !last {
            return Ok(None);
        }
        return Err(DecodeError::new(at, at + 2 + n, reason));
    }
    let c = hex_value(&rest[..want]);
    if c > MAX_CODE_POINT {
        return Err(DecodeError::new(at, at + 2 + n, "illegal Unicode character"));
    }
    out.push(c);
    Ok(Some(at + 2 + want))
}

fn named(b: &[u8], at: usize, last: bool, out: &mut Builder) -> Result<Option<usize>, DecodeError> {
    const MALFORMED: &str = "malformed \\N character escape";
    let rest = &b[at + 2..];
    if rest.is_empty() && !last {
        return Ok(None);
    }
    if rest.first() != Some(&b'{') {
        return Err(DecodeError::new(at, at + 2, MALFORMED));
    }
    let Some(close) = memchr::memchr(b'}', rest) else {
        if !last {
            return Ok(None);
        }
        return Err(DecodeError::new(at, b.len(), MALFORMED));
    };
    if close == 1 {
        return Err(DecodeError::new(at, at + 4, MALFORMED));
    }
    let end = at + 2 + close + 1;
    match core::str::from_utf8(&rest[1..close]).ok().and_then(unidata::lookup) {
        Some(c) => {
            out.push(c);
            Ok(Some(end))
        }
        None => Err(DecodeError::new(at, end, "unknown Unicode character name")),
    }
}

/// Decodes `raw_unicode_escape`: only `\u` and `\U` after an odd number of
/// backslashes mean something.
pub fn decode_raw(
    b: &[u8],
    mut at: usize,
    last: bool,
    out: &mut Builder,
) -> Result<usize, DecodeError> {
    while at < b.len() {
        let plain = memchr::memchr(b'\\', &b[at..]).unwrap_or(b.len() - at);
        out.push_latin1(&b[at..at + plain]);
        at += plain;
        if at == b.len() {
            break;
        }
        let next = match b.get(at + 1) {
            None if !last => return Ok(at),
            None => {
                out.push(92);
                return Ok(b.len());
            }
            Some(b'u') => hex(b, at, last, 4, "truncated \\uXXXX escape", out),
            Some(b'U') => {
                let too_big = "\\Uxxxxxxxx out of range";
                hex(b, at, last, 8, "truncated \\UXXXXXXXX escape", out).map_err(|e| {
                    if e.reason.starts_with("illegal") {
                        DecodeError { reason: too_big, ..e }
                    } else {
                        e
                    }
                })
            }
            Some(c) => {
                out.push(92);
                out.push(u32::from(*c));
                Ok(Some(at + 2))
            }
        }?;
        match next {
            Some(next) => at = next,
            None => return Ok(at),
        }
    }
    Ok(at)
}

fn push_numeric(c: u32, out: &mut Vec<u8>) {
    let text = match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    };
    out.extend(text.into_bytes());
}

/// Encodes `unicode_escape`.
pub fn encode(s: Units<'_>, out: &mut Vec<u8>) {
    for c in s.iter() {
        match c {
            92 => out.extend(b"\\\\"),
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            0x20..=0x7e => out.push(c as u8),
            _ => push_numeric(c, out),
        }
    }
}

/// Encodes `raw_unicode_escape`.
pub fn encode_raw(s: Units<'_>, out: &mut Vec<u8>) {
    for c in s.iter() {
        if c < 0x100 { out.push(c as u8) } else { push_numeric(c, out) }
    }
}

/// Why the escapes of a bytes literal cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// "invalid \\x escape at position N".
    Hex(usize),
    /// "Trailing \\ in string".
    Trailing,
}

/// Decodes the escapes of bytes (`codecs.escape_decode`).
pub fn decode_bytes(b: &[u8], bad: &mut Option<BadEscape>) -> Result<Vec<u8>, BytesEscapeError> {
    let (mut out, mut at) = (Vec::with_capacity(b.len()), 0);
    while at < b.len() {
        if b[at] != b'\\' {
            out.push(b[at]);
            at += 1;
            continue;
        }
        let Some(&kind) = b.get(at + 1) else { return Err(BytesEscapeError::Trailing) };
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut one = Builder::new();
                at = octal(b, at, &mut one, bad);
                out.push(one.units().get(0) as u8);
                continue;
            }
            b'x' => {
                let digits = b.get(at + 2..at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
                out.push(hex_value(digits.ok_or(BytesEscapeError::Hex(at))?) as u8);
                at += 2;
            }
            _ => {
                bad.get_or_insert(BadEscape { at, octal: None });
                out.extend([92, kind]);
            }
        }
        at += 2;
    }
    Ok(out)
}
