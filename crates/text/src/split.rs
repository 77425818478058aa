//! `split`, `rsplit`, `splitlines` and `partition`, as ranges of the input.

use crate::unidata::{is_line_break, is_space};
use crate::{Unit, Units, search};
use core::ops::Range;
use std::collections::TryReserveError;

/// The parts, or the news that there is no memory for them: how many there are is the program's choice.
pub type Parts = Result<Vec<Range<usize>>, TryReserveError>;

pub(crate) fn push(out: &mut Vec<Range<usize>>, part: Range<usize>) -> Result<(), TryReserveError> {
    if out.len() == out.capacity() {
        // Lines and rows of a table have some parts.
        out.try_reserve(if out.is_empty() { 16 } else { 1 })?;
    }
    out.push(part);
    Ok(())
}

/// `s.split(None, maxsplit)`; a negative `maxsplit` means no limit.
pub fn split_whitespace(s: Units<'_>, maxsplit: i64) -> Parts {
    fn go<T: Unit>(s: &[T], mut left: u64) -> Parts {
        let space = |i: usize| is_space(s[i].cp());
        let (mut out, mut i, n) = (Vec::new(), 0, s.len());
        loop {
            while i < n && space(i) {
                i += 1;
            }
            if i == n {
                return Ok(out);
            }
            let start = i;
            if left == 0 {
                push(&mut out, start..n)?;
                return Ok(out);
            }
            left -= 1;
            while i < n && !space(i) {
                i += 1;
            }
            push(&mut out, start..i)?;
        }
    }
    let left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    each!(s, s => go(s, left))
}

/// `s.rsplit(None, maxsplit)`, in order from the left.
pub fn rsplit_whitespace(s: Units<'_>, maxsplit: i64) -> Parts {
    fn go<T: Unit>(s: &[T], mut left: u64) -> Parts {
        let space = |i: usize| is_space(s[i].cp());
        let (mut out, mut i) = (Vec::new(), s.len());
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
    let left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    each!(s, s => go(s, left))
}

/// `s.split(sep, maxsplit)` for a non-empty separator.
pub fn split(s: Units<'_>, sep: Units<'_>, maxsplit: i64) -> Parts {
    let mut left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    let (mut out, mut start) = (Vec::new(), 0);
    if left > 0 {
        let mut room = Ok(());
        search::each_match(s, sep, |i| {
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
pub fn rsplit(s: Units<'_>, sep: Units<'_>, maxsplit: i64) -> Parts {
    let mut left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    let (mut out, mut end) = (Vec::new(), s.len());
    while left > 0
        && let Some(i) = search::rfind(s, sep, 0, end)
    {
        push(&mut out, i + sep.len()..end)?;
        end = i;
        left -= 1;
    }
    push(&mut out, 0..end)?;
    out.reverse();
    Ok(out)
}

/// Where the first line ends. Rows of characters, none of which may end one, are passed over in a few instructions.
fn next_line_break<T: Unit>(s: &[T]) -> Option<usize> {
    let may_break = |c: u32| c < 0x20 || c == 0x85 || c & !1 == 0x2028;
    let (rows, rest) = s.as_chunks::<16>();
    for (i, row) in rows.iter().enumerate() {
        if row.iter().fold(false, |found, c| found | may_break(c.cp()))
            && let Some(at) = row.iter().position(|c| is_line_break(c.cp()))
        {
            return Some(i * 16 + at);
        }
    }
    let at = rest.iter().position(|c| is_line_break(c.cp()))?;
    Some(rows.len() * 16 + at)
}

/// `s.splitlines(keepends)`.
pub fn splitlines(s: Units<'_>, keepends: bool) -> Parts {
    fn go<T: Unit>(s: &[T], keepends: bool) -> Parts {
        let (mut out, mut start) = (Vec::new(), 0);
        while let Some(end) = next_line_break(&s[start..]).map(|i| start + i) {
            let mut next = end + 1;
            if s[end].cp() == 13 && s.get(next).is_some_and(|c| c.cp() == 10) {
                next += 1;
            }
            push(&mut out, start..if keepends { next } else { end })?;
            start = next;
        }
        if start < s.len() {
            push(&mut out, start..s.len())?;
        }
        Ok(out)
    }
    each!(s, s => go(s, keepends))
}

/// Where `s.partition(sep)` cuts: the range of the separator, if found.
pub fn partition(s: Units<'_>, sep: Units<'_>) -> Option<Range<usize>> {
    search::find(s, sep, 0, s.len()).map(|i| i..i + sep.len())
}

/// Where `s.rpartition(sep)` cuts.
pub fn rpartition(s: Units<'_>, sep: Units<'_>) -> Option<Range<usize>> {
    search::rfind(s, sep, 0, s.len()).map(|i| i..i + sep.len())
}
