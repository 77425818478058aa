//! UTF-7 (RFC 2152), as Python reads and writes it.

use super::DecodeError;
use crate::{Builder, Units};

fn from_base64(c: u8) -> Option<u32> {
    Some(u32::from(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn to_base64(v: u32) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(v & 63) as usize]
}

/// Whether Python writes the character as itself.
fn is_direct(c: u32) -> bool {
    c < 128
        && c != u32::from(b'+')
        && (matches!(c, 9 | 10 | 13 | 32)
            || (33..127).contains(&c) && !matches!(c as u8, b'\\' | b'~'))
}

/// Encodes.
pub fn encode(s: Units<'_>, out: &mut Vec<u8>) {
    let (mut shifted, mut acc, mut bits) = (false, 0u64, 0u32);
    for c in s.iter() {
        if shifted && is_direct(c) {
            if bits > 0 {
                out.push(to_base64((acc << (6 - bits)) as u32));
                bits = 0;
            }
            shifted = false;
            if from_base64(c as u8).is_some() || c == u32::from(b'-') {
                out.push(b'-');
            }
        }
        if !shifted {
            if c == u32::from(b'+') {
                out.extend(b"+-");
                continue;
            }
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut put = |unit: u32| {
            acc = (acc & 0x3f) << 16 | u64::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(to_base64((acc >> bits) as u32));
            }
        };
        if c >= 0x10000 {
            put(0xd800 + ((c - 0x10000) >> 10));
            put(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            put(c);
        }
    }
    if bits > 0 {
        out.push(to_base64((acc << (6 - bits)) as u32));
    }
    if shifted {
        out.push(b'-');
    }
}

/// Decodes from `at`; an open shift sequence at the end is left when not `last`.
pub fn decode(
    b: &[u8],
    mut at: usize,
    last: bool,
    out: &mut Builder,
) -> Result<usize, DecodeError> {
    while at < b.len() {
        match b[at] {
            b'+' => match decode_shift(b, at, last, out)? {
                Some(next) => at = next,
                None => return Ok(at),
            },
            c if c >= 128 => {
                return Err(DecodeError::new(at, at + 1, "unexpected special character"));
            }
            c => {
                out.push(u32::from(c));
                at += 1;
            }
        }
    }
    Ok(at)
}

/// Reads one shift sequence; `None` when it is not finished.
fn decode_shift(
    b: &[u8],
    start: usize,
    last: bool,
    out: &mut Builder,
) -> Result<Option<usize>, DecodeError> {
    let mut at = start + 1;
    if b.get(at) == Some(&b'-') {
        out.push(u32::from(b'+'));
        return Ok(Some(at + 1));
    }
    if at < b.len() && from_base64(b[at]).is_none() {
        return Err(DecodeError::new(start, at + 1, "ill-formed sequence"));
    }
    let (mut acc, mut bits, mut high) = (0u64, 0u32, 0u32);
    let mut text: Vec<u32> = Vec::new();
    while let Some(v) = b.get(at).copied().and_then(from_base64) {
        acc = (acc << 6 | u64::from(v)) & 0xff_ffff;
        bits += 6;
        at += 1;
        if bits < 16 {
            continue;
        }
        bits -= 16;
        let unit = (acc >> bits) as u32 & 0xffff;
        if high != 0 {
            let h = core::mem::take(&mut high);
            if (0xdc00..0xe000).contains(&unit) {
                text.push(0x10000 + ((h - 0xd800) << 10) + (unit - 0xdc00));
                continue;
            }
            text.push(h);
        }
        if (0xd800..0xdc00).contains(&unit) { high = unit } else { text.push(unit) }
    }
    if at == b.len() {
        if !last {
            return Ok(None);
        }
        let open = high != 0 || bits >= 6 || (bits > 0 && acc & ((1 << bits) - 1) != 0);
        text.iter().for_each(|c| out.push(*c));
        if open {
            return Err(DecodeError::new(start, at, "unterminated shift sequence"));
        }
        return Ok(Some(at));
    }
    text.iter().for_each(|c| out.push(*c));
    if bits >= 6 {
        return Err(DecodeError::new(start, at + 1, "partial character in shift sequence"));
    }
    if bits > 0 && acc & ((1 << bits) - 1) != 0 {
        return Err(DecodeError::new(start, at + 1, "non-zero padding bits in shift sequence"));
    }
    if high != 0 {
        out.push(high);
    }
    Ok(Some(if b[at] == b'-' { at + 1 } else { at }))
}
