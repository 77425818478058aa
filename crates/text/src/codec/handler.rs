//! Python's built-in error handlers, applied without Python objects.

use super::{DecodeError, EncodeError, Encoding, Order, utf8, utf16, utf32};
use crate::{Builder, Units, is_surrogate, unidata};

/// A built-in error handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// `strict`.
    Strict,
    /// `ignore`.
    Ignore,
    /// `replace`.
    Replace,
    /// `backslashreplace`.
    BackslashReplace,
    /// `surrogateescape`.
    SurrogateEscape,
    /// `surrogatepass`.
    SurrogatePass,
    /// `xmlcharrefreplace` (encoding only).
    XmlCharRefReplace,
    /// `namereplace` (encoding only).
    NameReplace,
}

impl Handler {
    /// The handler of a name, if it is built in.
    pub fn from_name(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            _ => return None,
        })
    }

    /// Handles a decoding error: appends the replacement and answers where to
    /// go on, or gives the error back.
    pub fn decode(
        self,
        encoding: Encoding,
        b: &[u8],
        e: DecodeError,
        out: &mut Builder,
    ) -> Result<usize, DecodeError> {
        match self {
            Handler::Ignore => {}
            Handler::Replace => out.push(0xfffd),
            Handler::BackslashReplace => {
                b[e.start..e.end].iter().for_each(|c| out.push_str(&format!("\\x{c:02x}")));
            }
            Handler::SurrogateEscape => {
                // Bytes below 128 are never escaped; at most four at once.
                let bad = &b[e.start..e.end.min(e.start + 4)];
                let n = bad.iter().take_while(|c| **c >= 128).count();
                if n == 0 {
                    return Err(e);
                }
                bad[..n].iter().for_each(|c| out.push(0xdc00 + u32::from(*c)));
                return Ok(e.start + n);
            }
            Handler::SurrogatePass => {
                let (c, n) = pass_decode(encoding, &b[e.start..]).ok_or(e)?;
                out.push(c);
                return Ok(e.start + n);
            }
            _ => return Err(e),
        }
        Ok(e.end)
    }

    /// Handles an encoding error: appends the replacement and answers where to
    /// go on, or gives the error back.
    pub fn encode(
        self,
        encoding: Encoding,
        s: Units<'_>,
        e: EncodeError,
        out: &mut Vec<u8>,
    ) -> Result<usize, EncodeError> {
        let bad = s.slice(e.start..e.end);
        match self {
            Handler::Ignore => {}
            Handler::Replace => put_ascii(encoding, &"?".repeat(bad.len()), out),
            Handler::BackslashReplace => {
                bad.iter().for_each(|c| put_ascii(encoding, &escaped(c), out))
            }
            Handler::XmlCharRefReplace => {
                bad.iter().for_each(|c| put_ascii(encoding, &format!("&#{c};"), out));
            }
            Handler::NameReplace => bad.iter().for_each(|c| {
                let text = unidata::name(c).map_or_else(|| escaped(c), |n| format!("\\N{{{n}}}"));
                put_ascii(encoding, &text, out);
            }),
            Handler::SurrogateEscape => {
                if !bad.iter().all(|c| (0xdc80..=0xdcff).contains(&c)) {
                    return Err(e);
                }
                out.extend(bad.iter().map(|c| (c - 0xdc00) as u8));
            }
            Handler::SurrogatePass => {
                if !bad.iter().all(is_surrogate) {
                    return Err(e);
                }
                for c in bad.iter() {
                    pass_encode(encoding, c, out).ok_or(e)?;
                }
            }
            Handler::Strict => return Err(e),
        }
        Ok(e.end)
    }
}

/// The numeric escape of a code point.
pub fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn put_ascii(encoding: Encoding, text: &str, out: &mut Vec<u8>) {
    // ASCII text never fails to encode.
    let _ = encoding.encode(Units::One(text.as_bytes()), 0, out);
}

fn pass_decode(encoding: Encoding, b: &[u8]) -> Option<(u32, usize)> {
    let (c, n) = match encoding {
        Encoding::Utf8 => (utf8::surrogate_at(b)?, 3),
        Encoding::Utf16(Order::Little) => {
            (u32::from(u16::from_le_bytes(b.get(..2)?.try_into().ok()?)), 2)
        }
        Encoding::Utf16(Order::Big) => {
            (u32::from(u16::from_be_bytes(b.get(..2)?.try_into().ok()?)), 2)
        }
        Encoding::Utf32(Order::Little) => (u32::from_le_bytes(b.get(..4)?.try_into().ok()?), 4),
        Encoding::Utf32(Order::Big) => (u32::from_be_bytes(b.get(..4)?.try_into().ok()?), 4),
        _ => return None,
    };
    is_surrogate(c).then_some((c, n))
}

fn pass_encode(encoding: Encoding, c: u32, out: &mut Vec<u8>) -> Option<()> {
    match encoding {
        Encoding::Utf8 => utf8::push_char(c, out),
        Encoding::Utf16(order) => utf16::push_unit(c as u16, order, out),
        Encoding::Utf32(order) => utf32::push_unit(c, order, out),
        _ => return None,
    }
    Some(())
}
