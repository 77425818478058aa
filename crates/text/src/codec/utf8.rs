//! UTF-8, and the generalised form (WTF-8) that lets surrogates through.

use super::{DecodeError, EncodeError};
use crate::{Buf, Builder, Unit, Units, is_surrogate};

/// Decodes from `at`, appending to `out`; see [`super::Encoding::decode`].
pub fn decode(b: &[u8], at: usize, last: bool, out: &mut Builder) -> Result<usize, DecodeError> {
    let rest = &b[at..];
    let (good, problem) = match core::str::from_utf8(rest) {
        Ok(s) => (s, None),
        Err(e) => {
            let good = core::str::from_utf8(&rest[..e.valid_up_to()]).unwrap_or("");
            (good, Some(e.error_len()))
        }
    };
    push_valid(good, out);
    let start = at + good.len();
    match problem {
        None => Ok(b.len()),
        Some(None) if !last => Ok(start),
        Some(None) => Err(DecodeError::new(start, b.len(), "unexpected end of data")),
        Some(Some(n)) => {
            let reason = match b[start] {
                0xc2..=0xf4 => "invalid continuation byte",
                _ => "invalid start byte",
            };
            Err(DecodeError::new(start, start + n, reason))
        }
    }
}

fn push_valid(s: &str, out: &mut Builder) {
    if s.is_ascii() {
        return out.push_latin1(s.as_bytes());
    }
    match s.bytes().max().unwrap_or(0) {
        ..0xc4 => push_chunks::<u8>(s, out),
        ..0xf0 => push_chunks::<u16>(s, out),
        _ => push_chunks::<u32>(s, out),
    }
}

/// Appends a text whose code points fit the width, piece by piece.
fn push_chunks<T: Unit>(s: &str, out: &mut Builder) {
    let (mut chunk, mut n) = ([T::default(); 512], 0);
    for c in s.chars() {
        chunk[n] = T::of(c as u32);
        n += 1;
        if n == chunk.len() {
            out.push_units(T::units(&chunk));
            n = 0;
        }
    }
    out.push_units(T::units(&chunk[..n]));
}

/// Appends one code point in UTF-8; surrogates too.
#[inline]
pub fn push_char(c: u32, out: &mut Vec<u8>) {
    match c {
        0..=0x7f => out.push(c as u8),
        0x80..=0x7ff => out.extend([0xc0 | (c >> 6) as u8, 0x80 | (c & 63) as u8]),
        0x800..=0xffff => {
            out.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 63) as u8, 0x80 | (c & 63) as u8]);
        }
        _ => out.extend([
            0xf0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 63) as u8,
            0x80 | (c >> 6 & 63) as u8,
            0x80 | (c & 63) as u8,
        ]),
    }
}

/// Encodes from code point `at`; stops at a run of surrogates.
pub fn encode(s: Units<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    if let Units::One(b) = s {
        push_latin1(&b[at..], out);
        return Ok(());
    }
    for i in at..s.len() {
        let c = s.get(i);
        if is_surrogate(c) {
            let run = s.slice(i..s.len()).iter().take_while(|c| is_surrogate(*c)).count();
            return Err(EncodeError { start: i, end: i + run, reason: "surrogates not allowed" });
        }
        push_char(c, out);
    }
    Ok(())
}

fn push_latin1(b: &[u8], out: &mut Vec<u8>) {
    if b.is_ascii() {
        return out.extend_from_slice(b);
    }
    b.iter().for_each(|c| push_char(u32::from(*c), out));
}

/// The string in generalised UTF-8: surrogates as three bytes each. Never fails.
pub fn to_wtf8(s: Units<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    match s {
        Units::One(b) => push_latin1(b, &mut out),
        _ => s.iter().for_each(|c| push_char(c, &mut out)),
    }
    out
}

/// Reads generalised UTF-8, as written by [`to_wtf8`]. Malformed bytes (there
/// should be none) come out as themselves.
pub fn from_wtf8(b: &[u8]) -> Buf {
    let mut out = Builder::with_capacity(b.len());
    let mut at = 0;
    loop {
        match decode(b, at, true, &mut out) {
            Ok(_) => return out.finish(),
            Err(e) => match surrogate_at(&b[e.start..]) {
                Some(c) => {
                    out.push(c);
                    at = e.start + 3;
                }
                None => {
                    out.push(u32::from(b[e.start]));
                    at = e.start + 1;
                }
            },
        }
    }
}

/// The surrogate whose three bytes start here.
pub fn surrogate_at(b: &[u8]) -> Option<u32> {
    match b {
        [0xed, x @ 0xa0..=0xbf, y @ 0x80..=0xbf, ..] => {
            Some(0xd000 | u32::from(x & 0x3f) << 6 | u32::from(y & 0x3f))
        }
        _ => None,
    }
}

/// Strict decoding of all bytes.
pub fn decode_strict(b: &[u8]) -> Result<Buf, DecodeError> {
    if b.is_ascii() {
        return Ok(Buf::copied(b));
    }
    let mut out = Builder::new();
    decode(b, 0, true, &mut out)?;
    Ok(out.finish())
}
