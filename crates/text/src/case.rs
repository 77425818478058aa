//! Case conversion with full Unicode mappings.

use crate::unidata::{CASE_IGNORABLE, CASED, Case, LOWER, TITLE, UPPER, flags, has, map_case};
use crate::{Buf, Builder, Units};

const CAPITAL_SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SMALL_SIGMA: u32 = 0x3c3;

fn push_mapped(out: &mut Builder, c: u32, case: Case) {
    for d in map_case(c, case).as_slice() {
        out.push(*d);
    }
}

/// Whether the capital sigma at `i` ends a word.
fn is_final_sigma(s: Units<'_>, i: usize) -> bool {
    let cased = |c: u32| has(c, CASED);
    let ignorable = |c: &u32| has(*c, CASE_IGNORABLE);
    let before = s.slice(0..i).iter().rev().find(|c| !ignorable(c));
    let after = s.slice(i + 1..s.len()).iter().find(|c| !ignorable(c));
    before.is_some_and(cased) && !after.is_some_and(cased)
}

fn push_lower(out: &mut Builder, s: Units<'_>, i: usize) {
    let c = s.get(i);
    if c == CAPITAL_SIGMA {
        out.push(if is_final_sigma(s, i) { FINAL_SIGMA } else { SMALL_SIGMA });
    } else {
        push_mapped(out, c, Case::Lower);
    }
}

/// `str.upper`.
pub fn upper(s: Units<'_>) -> Buf {
    if let Some(b) = s.as_ascii() {
        return Buf::collect(b.iter().map(u8::to_ascii_uppercase));
    }
    let mut out = Builder::with_capacity(s.len());
    s.iter().for_each(|c| push_mapped(&mut out, c, Case::Upper));
    out.finish()
}

/// `str.lower`.
pub fn lower(s: Units<'_>) -> Buf {
    if let Some(b) = s.as_ascii() {
        return Buf::collect(b.iter().map(u8::to_ascii_lowercase));
    }
    let mut out = Builder::with_capacity(s.len());
    (0..s.len()).for_each(|i| push_lower(&mut out, s, i));
    out.finish()
}

/// `str.casefold`.
pub fn casefold(s: Units<'_>) -> Buf {
    if let Some(b) = s.as_ascii() {
        return Buf::collect(b.iter().map(u8::to_ascii_lowercase));
    }
    let mut out = Builder::with_capacity(s.len());
    s.iter().for_each(|c| push_mapped(&mut out, c, Case::Fold));
    out.finish()
}

/// `str.title`.
pub fn title(s: Units<'_>) -> Buf {
    if let Some(b) = s.as_ascii() {
        let mut inside = false;
        let each = |c: &u8| {
            let mapped = if inside { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() };
            inside = c.is_ascii_alphabetic();
            mapped
        };
        return Buf::One(b.iter().map(each).collect());
    }
    let mut out = Builder::with_capacity(s.len());
    let mut previous_cased = false;
    for (i, c) in s.iter().enumerate() {
        if previous_cased {
            push_lower(&mut out, s, i);
        } else {
            push_mapped(&mut out, c, Case::Title);
        }
        previous_cased = has(c, CASED);
    }
    out.finish()
}

/// `str.capitalize`.
pub fn capitalize(s: Units<'_>) -> Buf {
    if let Some(b) = s.as_ascii() {
        let mut b = b.to_ascii_lowercase();
        b.iter_mut().take(1).for_each(|c| *c = c.to_ascii_uppercase());
        return Buf::One(b);
    }
    let mut out = Builder::with_capacity(s.len());
    if !s.is_empty() {
        push_mapped(&mut out, s.get(0), Case::Title);
    }
    (1..s.len()).for_each(|i| push_lower(&mut out, s, i));
    out.finish()
}

/// `str.swapcase`.
pub fn swapcase(s: Units<'_>) -> Buf {
    let mut out = Builder::with_capacity(s.len());
    for (i, c) in s.iter().enumerate() {
        let f = flags(c);
        if f & UPPER != 0 {
            push_lower(&mut out, s, i);
        } else if f & LOWER != 0 && f & TITLE == 0 {
            push_mapped(&mut out, c, Case::Upper);
        } else {
            out.push(c);
        }
    }
    out.finish()
}
