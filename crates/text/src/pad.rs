//! `expandtabs`, `center`, `ljust`, `rjust` and `zfill`.

use crate::{Buf, Builder, Units};

/// `s.expandtabs(tabsize)`; `None` when the result would overflow.
pub fn expandtabs(s: Units<'_>, tabsize: i64) -> Option<Buf> {
    let mut out = Builder::with_capacity(s.len());
    let tab = usize::try_from(tabsize).unwrap_or(0);
    let mut column = 0usize;
    for c in s.iter() {
        if c == 9 {
            if tab > 0 {
                let n = tab - column % tab;
                column = column.checked_add(n)?;
                if out.len().checked_add(n)? > isize::MAX as usize {
                    return None;
                }
                out.push_n(32, n);
            }
            continue;
        }
        column += 1;
        if c == 10 || c == 13 {
            column = 0;
        }
        out.push(c);
    }
    Some(out.finish())
}

/// `s` between `left` and `right` fill characters.
pub fn pad(s: Units<'_>, left: usize, right: usize, fill: u32) -> Buf {
    let mut out = Builder::with_capacity(s.len() + left + right);
    out.push_n(fill, left);
    out.push_units(s);
    out.push_n(fill, right);
    out.finish()
}

/// How `center` divides the missing columns.
pub fn center_margins(len: usize, width: usize) -> (usize, usize) {
    let margin = width.saturating_sub(len);
    let left = margin / 2 + (margin & width & 1);
    (left, margin - left)
}

/// `s.center(width, fill)`.
pub fn center(s: Units<'_>, width: usize, fill: u32) -> Buf {
    let (left, right) = center_margins(s.len(), width);
    pad(s, left, right, fill)
}

/// `s.ljust(width, fill)`.
pub fn ljust(s: Units<'_>, width: usize, fill: u32) -> Buf {
    pad(s, 0, width.saturating_sub(s.len()), fill)
}

/// `s.rjust(width, fill)`.
pub fn rjust(s: Units<'_>, width: usize, fill: u32) -> Buf {
    pad(s, width.saturating_sub(s.len()), 0, fill)
}

/// `s.zfill(width)`.
pub fn zfill(s: Units<'_>, width: usize) -> Buf {
    let n = width.saturating_sub(s.len());
    let mut out = Builder::with_capacity(width.max(s.len()));
    let sign = usize::from(!s.is_empty() && matches!(s.get(0), 43 | 45));
    out.push_units(s.slice(0..sign));
    out.push_n(48, n);
    out.push_units(s.slice(sign..s.len()));
    out.finish()
}
