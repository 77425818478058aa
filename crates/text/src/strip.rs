//! `strip`, `lstrip` and `rstrip`, as ranges of the input.

use crate::Units;
use crate::unidata::is_space;
use core::ops::Range;

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`.
    Left,
    /// `rstrip`.
    Right,
    /// `strip`.
    Both,
}

fn strip_by(s: Units<'_>, side: Side, out: impl Fn(u32) -> bool) -> Range<usize> {
    let (mut start, mut end) = (0, s.len());
    if side != Side::Right {
        while start < end && out(s.get(start)) {
            start += 1;
        }
    }
    if side != Side::Left {
        while end > start && out(s.get(end - 1)) {
            end -= 1;
        }
    }
    start..end
}

/// Strips white space.
pub fn strip(s: Units<'_>, side: Side) -> Range<usize> {
    strip_by(s, side, is_space)
}

/// Strips any of `chars`.
pub fn strip_chars(s: Units<'_>, chars: Units<'_>, side: Side) -> Range<usize> {
    if chars.len() == 1 {
        let only = chars.get(0);
        return strip_by(s, side, |c| c == only);
    }
    // A small filter spares most scans of a long set.
    let mask = chars.iter().fold(0u64, |m, c| m | 1 << (c & 63));
    strip_by(s, side, |c| mask >> (c & 63) & 1 == 1 && chars.iter().any(|x| x == c))
}
