//! The algorithms of `bytes` and `bytearray`: ASCII rules, plain slices.

mod case;
mod hex;
mod repr;
mod split;

pub use case::*;
pub use hex::{FromHexError, SepError, fromhex, fromhex_units, hex, hex_sep};
pub use repr::repr;
pub use split::*;

use crate::search::{each_match_bytes, find_bytes, rfind_bytes};
use crate::strip::Side;
use core::ops::Range;
use std::collections::TryReserveError;

/// The white space of bytes.
#[inline]
pub fn is_space(b: u8) -> bool {
    matches!(b, 9..=13 | 32)
}

/// The first occurrence of `n` in `h[start..end]`.
pub fn find(h: &[u8], n: &[u8], start: usize, end: usize) -> Option<usize> {
    if n.len() > end.checked_sub(start)? {
        return None;
    }
    find_bytes(&h[start..end], n).map(|i| start + i)
}

/// The last occurrence of `n` in `h[start..end]`.
pub fn rfind(h: &[u8], n: &[u8], start: usize, end: usize) -> Option<usize> {
    if n.len() > end.checked_sub(start)? {
        return None;
    }
    rfind_bytes(&h[start..end], n).map(|i| start + i)
}

/// The number of non-overlapping occurrences in `h[start..end]`.
pub fn count(h: &[u8], n: &[u8], start: usize, end: usize) -> usize {
    let Some(len) = end.checked_sub(start) else { return 0 };
    match n {
        [] => len + 1,
        [c] => memchr::memchr_iter(*c, &h[start..end]).count(),
        _ => {
            let mut k = 0;
            each_match_bytes(&h[start..end], n, |_| {
                k += 1;
                true
            });
            k
        }
    }
}

/// `h[start:end].startswith(n)`.
pub fn startswith(h: &[u8], n: &[u8], start: usize, end: usize) -> bool {
    start <= end && h[start..end].starts_with(n)
}

/// `h[start:end].endswith(n)`.
pub fn endswith(h: &[u8], n: &[u8], start: usize, end: usize) -> bool {
    start <= end && h[start..end].ends_with(n)
}

/// Strips white space, or any of `chars`; a range of the input.
pub fn strip(s: &[u8], chars: Option<&[u8]>, side: Side) -> Range<usize> {
    let mut set = [false; 256];
    match chars {
        Some(chars) => chars.iter().for_each(|c| set[*c as usize] = true),
        None => (0..=255u8).for_each(|c| set[c as usize] = is_space(c)),
    }
    let (mut start, mut end) = (0, s.len());
    if side != Side::Right {
        while start < end && set[s[start] as usize] {
            start += 1;
        }
    }
    if side != Side::Left {
        while end > start && set[s[end - 1] as usize] {
            end -= 1;
        }
    }
    start..end
}

/// `s.replace(old, new, count)`; `None` when nothing changes. A negative
/// count means all.
pub fn replace(
    s: &[u8],
    old: &[u8],
    new: &[u8],
    count: i64,
) -> Result<Option<Vec<u8>>, TryReserveError> {
    let mut left = usize::try_from(count).unwrap_or(usize::MAX);
    if left == 0 || old.len() > s.len() || old == new {
        return Ok(None);
    }
    if old.is_empty() {
        let times = left.min(s.len() + 1);
        let mut out = room(s.len().saturating_add(new.len().saturating_mul(times)))?;
        for c in s {
            if left > 0 {
                out.extend_from_slice(new);
                left -= 1;
            }
            out.push(*c);
        }
        if left > 0 {
            out.extend_from_slice(new);
        }
        return Ok(Some(out));
    }
    let (mut out, mut at) = (Vec::new(), 0);
    let mut enough = Ok(());
    each_match_bytes(s, old, |i| {
        // At first room for what one replacement adds; more of them grow it as usual.
        let more = i - at + new.len();
        let wanted = if out.capacity() == 0 { s.len() - old.len() + new.len() } else { more };
        enough = out.try_reserve(wanted.max(more));
        if enough.is_err() {
            return false;
        }
        out.extend_from_slice(&s[at..i]);
        out.extend_from_slice(new);
        at = i + old.len();
        left -= 1;
        left > 0
    });
    enough?;
    if at == 0 {
        return Ok(None);
    }
    out.try_reserve(s.len() - at)?;
    out.extend_from_slice(&s[at..]);
    Ok(Some(out))
}

/// An empty vector with room for `n` bytes: how many there are is the program's choice.
pub(super) fn room(n: usize) -> Result<Vec<u8>, TryReserveError> {
    let mut out = Vec::new();
    out.try_reserve_exact(n)?;
    Ok(out)
}

/// `s.translate(table, delete)`; the table has 256 bytes, or is absent.
pub fn translate(
    s: &[u8],
    table: Option<&[u8]>,
    delete: &[u8],
) -> Result<Vec<u8>, TryReserveError> {
    let mut drop = [false; 256];
    delete.iter().for_each(|c| drop[*c as usize] = true);
    let mut out = room(s.len())?;
    out.extend(
        s.iter()
            .filter(|c| !drop[**c as usize])
            .map(|c| table.and_then(|t| t.get(*c as usize)).copied().unwrap_or(*c)),
    );
    Ok(out)
}

/// `bytes.maketrans`; `None` when the lengths differ.
pub fn maketrans(from: &[u8], to: &[u8]) -> Option<Vec<u8>> {
    if from.len() != to.len() {
        return None;
    }
    let mut t: Vec<u8> = (0..=255).collect();
    from.iter().zip(to).for_each(|(a, b)| t[*a as usize] = *b);
    Some(t)
}

/// `s.expandtabs(tabsize)`; `None` when the result would overflow.
pub fn expandtabs(s: &[u8], tabsize: i64) -> Option<Vec<u8>> {
    match crate::pad::expandtabs(crate::Units::One(s), tabsize)? {
        crate::Buf::One(v) => Some(v),
        _ => None,
    }
}

/// `s` between `left` and `right` fill bytes.
pub fn pad(s: &[u8], left: usize, right: usize, fill: u8) -> Result<Vec<u8>, TryReserveError> {
    let mut out = room(left + s.len() + right)?;
    out.resize(left, fill);
    out.extend_from_slice(s);
    out.resize(left + s.len() + right, fill);
    Ok(out)
}

/// `s.zfill(width)`.
pub fn zfill(s: &[u8], width: usize) -> Result<Vec<u8>, TryReserveError> {
    let sign = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    let mut out = room(s.len().max(width))?;
    out.extend_from_slice(&s[..sign]);
    out.resize(sign + width.saturating_sub(s.len()), b'0');
    out.extend_from_slice(&s[sign..]);
    Ok(out)
}
