//! Splitting bytes, as ranges of the input.

use crate::search::{each_match_bytes, find_bytes, rfind_bytes};
use crate::split::{Parts, push};
use core::ops::Range;

fn limit(maxsplit: i64) -> u64 {
    u64::try_from(maxsplit).unwrap_or(u64::MAX)
}

/// `s.split(None, maxsplit)`.
pub fn split_whitespace(s: &[u8], maxsplit: i64) -> Parts {
    let space = |i: usize| super::is_space(s[i]);
    let (mut out, mut i, mut left) = (Vec::new(), 0, limit(maxsplit));
    loop {
        while i < s.len() && space(i) {
            i += 1;
        }
        if i == s.len() {
            return Ok(out);
        }
        let start = i;
        if left == 0 {
            push(&mut out, start..s.len())?;
            return Ok(out);
        }
        left -= 1;
        while i < s.len() && !space(i) {
            i += 1;
        }
        push(&mut out, start..i)?;
    }
}

/// `s.rsplit(None, maxsplit)`, in order from the left.
pub fn rsplit_whitespace(s: &[u8], maxsplit: i64) -> Parts {
    let space = |i: usize| super::is_space(s[i]);
    let (mut out, mut i, mut left) = (Vec::new(), s.len(), limit(maxsplit));
    loop {
        while i > 0 && space(i - 1) {
            i -= 1;
        }
        if i == 0 {
            break;
        }
        let end = i;
        if left == 0 {
            push(&mut out, 0..end)?;
            break;
        }
        left -= 1;
        while i > 0 && !space(i - 1) {
            i -= 1;
        }
        push(&mut out, i..end)?;
    }
    out.reverse();
    Ok(out)
}

/// `s.split(sep, maxsplit)` for a non-empty separator.
pub fn split(s: &[u8], sep: &[u8], maxsplit: i64) -> Parts {
    let (mut out, mut start, mut left) = (Vec::new(), 0, limit(maxsplit));
    if left > 0 {
        let mut room = Ok(());
        each_match_bytes(s, sep, |i| {
            room = push(&mut out, start..i);
            start = i + sep.len();
            left -= 1;
            left > 0 && room.is_ok()
        });
        room?;
    }
    push(&mut out, start..s.len())?;
    Ok(out)
}

/// `s.rsplit(sep, maxsplit)` for a non-empty separator, in order from the left.
pub fn rsplit(s: &[u8], sep: &[u8], maxsplit: i64) -> Parts {
    let (mut out, mut end, mut left) = (Vec::new(), s.len(), limit(maxsplit));
    while left > 0
        && let Some(i) = rfind_bytes(&s[..end], sep)
    {
        push(&mut out, i + sep.len()..end)?;
        end = i;
        left -= 1;
    }
    push(&mut out, 0..end)?;
    out.reverse();
    Ok(out)
}

/// `s.splitlines(keepends)`: only line feeds and carriage returns count.
pub fn splitlines(s: &[u8], keepends: bool) -> Parts {
    let (mut out, mut start) = (Vec::new(), 0);
    while let Some(n) = memchr::memchr2(b'\n', b'\r', &s[start..]) {
        let end = start + n;
        let next = end + 1 + usize::from(s[end] == b'\r' && s.get(end + 1) == Some(&b'\n'));
        push(&mut out, start..if keepends { next } else { end })?;
        start = next;
    }
    if start < s.len() {
        push(&mut out, start..s.len())?;
    }
    Ok(out)
}

/// Where `s.partition(sep)` cuts.
pub fn partition(s: &[u8], sep: &[u8]) -> Option<Range<usize>> {
    find_bytes(s, sep).map(|i| i..i + sep.len())
}

/// Where `s.rpartition(sep)` cuts.
pub fn rpartition(s: &[u8], sep: &[u8]) -> Option<Range<usize>> {
    rfind_bytes(s, sep).map(|i| i..i + sep.len())
}
