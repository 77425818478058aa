//! Digit grouping, with the zero padding that goes inside the groups.

use orochi_text::Units;

/// How a locale (or `,` and `_`) writes numbers.
#[derive(Clone, Copy, Debug)]
pub struct Locale<'a> {
    /// The decimal point.
    pub point: Units<'a>,
    /// The separator of groups.
    pub separator: Units<'a>,
    /// Group sizes from the right, as `localeconv` gives them: the last one
    /// repeats; 0 also means repeat; 127 means no more groups.
    pub groups: &'a [u8],
}

impl Locale<'_> {
    /// The C locale: a point and no grouping.
    pub const C: Locale<'static> =
        Locale { point: Units::One(b"."), separator: Units::EMPTY, groups: &[] };
}

/// The sizes of the groups from the right; `None` is "all the rest".
struct Sizes<'a> {
    groups: &'a [u8],
    i: usize,
    previous: usize,
}

impl Sizes<'_> {
    fn next(&mut self) -> Option<usize> {
        match self.groups.get(self.i) {
            None | Some(0) => (self.previous > 0).then_some(self.previous),
            Some(127) => None,
            Some(n) => {
                self.previous = *n as usize;
                self.i += 1;
                Some(self.previous)
            }
        }
    }
}

/// The digits with separators, zero-padded to at least `min_width` columns.
pub fn group_digits(
    digits: &[u8],
    separator: Units<'_>,
    groups: &[u8],
    min_width: usize,
) -> Vec<u32> {
    let mut sizes = Sizes { groups, i: 0, previous: 0 };
    // Built from the right.
    let mut out: Vec<u32> = Vec::with_capacity(digits.len() * 4 / 3 + 4);
    let (mut remaining, mut width) = (digits.len() as i64, min_width as i64);
    let mut separate = false;
    loop {
        let size = sizes.next();
        let most = remaining.max(width).max(1);
        let len = size.map_or(most, |n| (n as i64).min(most));
        let chars = remaining.min(len).max(0);
        if separate {
            out.extend(separator.iter().rev());
        }
        let end = remaining as usize;
        out.extend(digits[end - chars as usize..end].iter().rev().map(|b| u32::from(*b)));
        out.extend(core::iter::repeat_n(48, (len - chars) as usize));
        separate = true;
        remaining -= chars;
        width -= len;
        if size.is_none() || (remaining <= 0 && width <= 0) {
            out.reverse();
            return out;
        }
        width -= separator.len() as i64;
    }
}
