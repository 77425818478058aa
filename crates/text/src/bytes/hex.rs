//! Bytes to hexadecimal and back.

use super::room;
use crate::Units;
use std::collections::TryReserveError;

/// The digit of a number below 16. Without a table or a branch, so that many are done at once.
#[inline(always)]
fn digit(n: u8) -> u8 {
    n + b'0' + u8::from(n > 9) * (b'a' - b'0' - 10)
}

fn push(b: u8, out: &mut Vec<u8>) {
    out.extend([digit(b >> 4), digit(b & 15)]);
}

/// `s.hex()`.
pub fn hex(s: &[u8]) -> Result<Vec<u8>, TryReserveError> {
    const PIECE: usize = 64;
    let mut out = room(s.len().saturating_mul(2))?;
    for piece in s.chunks(PIECE) {
        let mut digits = [0; PIECE * 2];
        for (two, b) in digits.chunks_exact_mut(2).zip(piece) {
            (two[0], two[1]) = (digit(b >> 4), digit(b & 15));
        }
        out.extend_from_slice(&digits[..piece.len() * 2]);
    }
    Ok(out)
}

/// Why a separator of `hex` is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SepError {
    /// "sep must be length 1."
    Length,
    /// "sep must be ASCII."
    NotAscii,
    NoMemory,
}

/// `s.hex(sep, group)`: groups are counted from the right when `group` is
/// positive, else from the left.
pub fn hex_sep(s: &[u8], sep: Units<'_>, group: i64) -> Result<Vec<u8>, SepError> {
    if sep.len() != 1 {
        return Err(SepError::Length);
    }
    let sep = sep.get(0);
    if sep > 127 {
        return Err(SepError::NotAscii);
    }
    let n = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    if n == 0 || n >= s.len() {
        return hex(s).map_err(|_| SepError::NoMemory);
    }
    let first = if group > 0 { (s.len() - 1) % n + 1 } else { n };
    let mut out = room(s.len().saturating_mul(3)).map_err(|_| SepError::NoMemory)?;
    for (i, b) in s.iter().enumerate() {
        if i >= first && (i - first) % n == 0 {
            out.push(sep as u8);
        }
        push(*b, &mut out);
    }
    Ok(out)
}

/// Why `fromhex` refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// "non-hexadecimal number found in fromhex() arg at position N".
    NotHex(usize),
    /// "fromhex() arg must contain an even number of hexadecimal digits".
    Odd,
    NoMemory,
}

/// `bytes.fromhex` of ASCII text; white space between bytes is skipped.
pub fn fromhex(s: &[u8]) -> Result<Vec<u8>, FromHexError> {
    let digit = |i: usize| s.get(i).and_then(|b| (*b as char).to_digit(16));
    let (mut out, mut i) = (room(s.len() / 2).map_err(|_| FromHexError::NoMemory)?, 0);
    while i < s.len() {
        if super::is_space(s[i]) {
            i += 1;
            continue;
        }
        let high = digit(i).ok_or(FromHexError::NotHex(i))?;
        let low = match digit(i + 1) {
            Some(low) => low,
            None if i + 1 >= s.len() => return Err(FromHexError::Odd),
            None => return Err(FromHexError::NotHex(i + 1)),
        };
        out.push((high << 4 | low) as u8);
        i += 2;
    }
    Ok(out)
}

/// `bytes.fromhex` of a string; its first non-ASCII code point is at fault.
pub fn fromhex_units(s: Units<'_>) -> Result<Vec<u8>, FromHexError> {
    if let Some(b) = s.as_ascii() {
        return fromhex(b);
    }
    let mut b = room(s.len()).map_err(|_| FromHexError::NoMemory)?;
    b.extend(s.iter().map(|c| if c < 128 { c as u8 } else { 0xff }));
    fromhex(&b).map_err(|e| match e {
        FromHexError::NotHex(_) => {
            let at = b.iter().position(|c| *c == 0xff).unwrap_or(0);
            FromHexError::NotHex(at)
        }
        e => e,
    })
}
