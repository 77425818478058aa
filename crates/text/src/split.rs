//! `split`, `rsplit`, `splitlines` and `partition`, as ranges of the input.

use crate::unidata::{is_line_break, is_space};
use crate::{Unit, Units, search};
use core::ops::Range;

/// `s.split(None, maxsplit)`; a negative `maxsplit` means no limit.
pub fn split_whitespace(s: Units<'_>, maxsplit: i64) -> Vec<Range<usize>> {
    fn go<T: Unit>(s: &[T], mut left: u64) -> Vec<Range<usize>> {
        let space = |i: usize| is_space(s[i].cp());
        let (mut out, mut i, n) = (Vec::new(), 0, s.len());
        loop {
            while i < n && space(i) {
                i += 1;
            }
            if i == n {
                return out;
            }
            let start = i;
            if left == 0 {
                out.push(start..n);
                return out;
            }
            left -= 1;
            while i < n && !space(i) {
                i += 1;
            }
            out.push(start..i);
        }
    }
    let left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    each!(s, s => go(s, left))
}

/// `s.rsplit(None, maxsplit)`, in order from the left.
pub fn rsplit_whitespace(s: Units<'_>, maxsplit: i64) -> Vec<Range<usize>> {
    fn go<T: Unit>(s: &[T], mut left: u64) -> Vec<Range<usize>> {
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
                out.push(0..end);
                break;
            }
            left -= 1;
            while i > 0 && !space(i - 1) {
                i -= 1;
            }
            out.push(i..end);
        }
        out.reverse();
        out
    }
    let left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    each!(s, s => go(s, left))
}

/// `s.split(sep, maxsplit)` for a non-empty separator.
pub fn split(s: Units<'_>, sep: Units<'_>, maxsplit: i64) -> Vec<Range<usize>> {
    let mut left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    let (mut out, mut start) = (Vec::new(), 0);
    if left > 0 {
        search::each_match(s, sep, |i| {
            out.push(start..i);
            start = i + sep.len();
            left -= 1;
            left > 0
        });
    }
    out.push(start..s.len());
    out
}

/// `s.rsplit(sep, maxsplit)` for a non-empty separator, in order from the left.
pub fn rsplit(s: Units<'_>, sep: Units<'_>, maxsplit: i64) -> Vec<Range<usize>> {
    let mut left = u64::try_from(maxsplit).unwrap_or(u64::MAX);
    let (mut out, mut end) = (Vec::new(), s.len());
    while left > 0
        && let Some(i) = search::rfind(s, sep, 0, end)
    {
        out.push(i + sep.len()..end);
        end = i;
        left -= 1;
    }
    out.push(0..end);
    out.reverse();
    out
}

/// `s.splitlines(keepends)`.
pub fn splitlines(s: Units<'_>, keepends: bool) -> Vec<Range<usize>> {
    fn go<T: Unit>(s: &[T], keepends: bool) -> Vec<Range<usize>> {
        let (mut out, mut start, mut i) = (Vec::new(), 0, 0);
        while i < s.len() {
            let c = s[i].cp();
            if !is_line_break(c) {
                i += 1;
                continue;
            }
            let end = i;
            i += 1;
            if c == 13 && i < s.len() && s[i].cp() == 10 {
                i += 1;
            }
            out.push(start..if keepends { i } else { end });
            start = i;
        }
        if start < s.len() {
            out.push(start..s.len());
        }
        out
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
