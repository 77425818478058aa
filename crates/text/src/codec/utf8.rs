//! UTF-8, and the generalised form (WTF-8) that lets surrogates through.

use super::{DecodeError, EncodeError};
use crate::{Buf, Builder, Unit, Units, is_surrogate};

/// Decodes from `at`, appending to `out`; see [`super::Encoding::decode`].
pub fn decode(b: &[u8], at: usize, last: bool, out: &mut Builder) -> Result<usize, DecodeError> {
    let mut start = push_valid::<u16>(b, at, out);
    if next_char(&b[start..]).is_some() {
        start = push_valid::<u32>(b, start, out);
    }
    let rest = &b[start..];
    let error = match core::str::from_utf8(&rest[..rest.len().min(4)]) {
        Ok(_) => return Ok(b.len()),
        Err(error) => error,
    };
    match error.error_len() {
        None if !last => Ok(start),
        None => Err(DecodeError::new(start, b.len(), "unexpected end of data")),
        Some(n) => {
            let reason = match b[start] {
                0xc2..=0xf4 => "invalid continuation byte",
                _ => "invalid start byte",
            };
            Err(DecodeError::new(start, start + n, reason))
        }
    }
}

/// Appends what is valid from `at` on, piece by piece, up to what does not fit the width; says where it stopped.
fn push_valid<T: Unit>(b: &[u8], at: usize, out: &mut Builder) -> usize {
    const EIGHT: usize = 8;
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    if b[at..].is_ascii() {
        out.push_latin1(&b[at..]);
        return b.len();
    }
    let mut chunk = [T::default(); 512];
    let mut rest = &b[at..];
    loop {
        let mut n = 0;
        while n <= chunk.len() - EIGHT {
            // The first byte alone mostly says whether to look at eight.
            if let Some((eight, more)) = rest.split_first_chunk::<EIGHT>()
                && eight[0].is_ascii()
                && u64::from_le_bytes(*eight) & HIGH_BITS == 0
            {
                for (to, c) in chunk[n..n + EIGHT].iter_mut().zip(eight) {
                    *to = T::of(u32::from(*c));
                }
                n += EIGHT;
                rest = more;
                continue;
            }
            let Some((c, bytes)) = next_char(rest).filter(|(c, _)| *c <= T::MAX) else { break };
            chunk[n] = T::of(c);
            n += 1;
            rest = &rest[bytes..];
        }
        if n == 0 {
            return b.len() - rest.len();
        }
        out.push_units(T::units(&chunk[..n]));
    }
}

/// The first code point of valid UTF-8 and the number of its bytes.
#[inline(always)]
fn next_char(b: &[u8]) -> Option<(u32, usize)> {
    let more = |c: u8| u32::from(c & 63);
    match *b {
        [a @ ..0x80, ..] => Some((u32::from(a), 1)),
        [a @ 0xc2..0xe0, b @ 0x80..0xc0, ..] => Some((u32::from(a & 31) << 6 | more(b), 2)),
        [a @ 0xe0..0xf0, b @ 0x80..0xc0, c @ 0x80..0xc0, ..] => {
            let point = u32::from(a & 15) << 12 | more(b) << 6 | more(c);
            (point >= 0x800 && !is_surrogate(point)).then_some((point, 3))
        }
        [a @ 0xf0..0xf5, b @ 0x80..0xc0, c @ 0x80..0xc0, d @ 0x80..0xc0, ..] => {
            let point = u32::from(a & 7) << 18 | more(b) << 12 | more(c) << 6 | more(d);
            (0x10000..0x11_0000).contains(&point).then_some((point, 4))
        }
        _ => None,
    }
}

/// Appends one code point in UTF-8; surrogates too.
#[inline]
pub fn push_char(c: u32, out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    let n = put_char(c, &mut bytes);
    out.extend_from_slice(&bytes[..n]);
}

/// Writes a code point in UTF-8 to the beginning of `to`; says how many bytes it took.
#[inline(always)]
fn put_char(c: u32, to: &mut [u8; 4]) -> usize {
    let tail = |shift: u32| 0x80 | (c >> shift & 63) as u8;
    // Each way writes no more than it has: stores that overlap wait for each other.
    if c < 0x80 {
        to[0] = c as u8;
        1
    } else if c < 0x800 {
        to[..2].copy_from_slice(&[0xc0 | (c >> 6) as u8, tail(0)]);
        2
    } else if c < 0x10000 {
        to[..3].copy_from_slice(&[0xe0 | (c >> 12) as u8, tail(6), tail(0)]);
        3
    } else {
        to[..4].copy_from_slice(&[0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]);
        4
    }
}

/// Encodes from code point `at`; stops at a run of surrogates.
pub fn encode(s: Units<'_>, at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let done = match s {
        Units::One(b) => push_latin1(&b[at..], out),
        Units::Two(s) => push_points(&s[at..], is_surrogate, out),
        Units::Four(s) => push_points(&s[at..], is_surrogate, out),
    };
    let start = at + done;
    if start == s.len() {
        return Ok(());
    }
    let run = s.slice(start..s.len()).iter().take_while(|c| is_surrogate(*c)).count();
    Err(EncodeError { start, end: start + run, reason: "surrogates not allowed" })
}

/// Appends code points up to an unwanted one, none of which is below 0x800, piece by piece; says how many.
#[inline(always)]
fn push_points<T: Unit>(s: &[T], unwanted: impl Fn(u32) -> bool, out: &mut Vec<u8>) -> usize {
    const PIECE: usize = 256;
    let mut bytes = [0; (PIECE + 1) * 4];
    let mut done = 0;
    for piece in s.chunks(PIECE) {
        let mut n = 0;
        for (i, c) in piece.iter().enumerate() {
            // The mask changes nothing: it says that there is room.
            let Some(to) = bytes[n & (PIECE * 4 - 1)..].first_chunk_mut() else { break };
            let taken = put_char(c.cp(), to);
            if taken == 3 && unwanted(c.cp()) {
                out.extend_from_slice(&bytes[..n]);
                return done + i;
            }
            n += taken;
        }
        out.extend_from_slice(&bytes[..n]);
        done += piece.len();
    }
    done
}

fn push_latin1(b: &[u8], out: &mut Vec<u8>) -> usize {
    if b.is_ascii() {
        out.extend_from_slice(b);
        return b.len();
    }
    push_points(b, |_| false, out)
}

/// The string in generalised UTF-8: surrogates as three bytes each. Never fails.
pub fn to_wtf8(s: Units<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    match s {
        Units::One(b) => push_latin1(b, &mut out),
        Units::Two(s) => push_points(s, |_| false, &mut out),
        Units::Four(s) => push_points(s, |_| false, &mut out),
    };
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
