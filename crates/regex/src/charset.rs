//! Character classes: categories, sets and case.

use crate::op;
use orochi_text::{Unit, classify, unidata};

#[inline]
pub(crate) fn lower_ascii(c: u32) -> u32 {
    if c.wrapping_sub(65) < 26 { c + 32 } else { c }
}

#[inline]
pub(crate) fn upper_ascii(c: u32) -> u32 {
    if c.wrapping_sub(97) < 26 { c - 32 } else { c }
}

#[inline]
pub(crate) fn lower_unicode(c: u32) -> u32 {
    if c < 128 { lower_ascii(c) } else { unidata::to_lower_simple(c) }
}

#[inline]
pub(crate) fn upper_unicode(c: u32) -> u32 {
    if c < 128 { upper_ascii(c) } else { unidata::to_upper_simple(c) }
}

#[inline]
pub(crate) fn is_word(c: u32) -> bool {
    c < 128 && ((c as u8).is_ascii_alphanumeric() || c == 95)
}

#[inline]
pub(crate) fn is_uni_word(c: u32) -> bool {
    if c < 128 { is_word(c) } else { classify::is_alnum(c) }
}

fn is_space(c: u32) -> bool {
    c == 32 || (9..=13).contains(&c)
}

/// Whether a category holds. Odd categories negate the even ones before them;
/// the locale is taken to be the C locale.
#[inline]
pub(crate) fn category(which: u32, c: u32) -> bool {
    match (ASCII.get(which as usize / 2), c) {
        (Some(members), 0..128) => has(members, c) != (which & 1 == 1),
        _ => category_of(which, c),
    }
}

#[inline(always)]
fn has(members: &[u32; 4], c: u32) -> bool {
    members[(c / 32 & 3) as usize] >> (c & 31) & 1 == 1
}

/// The members of each category below 128, as bits.
static ASCII: [[u32; 4]; 9] = {
    let digit = bits(b'0', b'9');
    let word = digit | bits(b'a', b'z') | bits(b'A', b'Z') | bits(b'_', b'_');
    let space = bits(9, 13) | bits(b' ', b' ');
    let line_break = bits(10, 13) | bits(28, 30);
    let all =
        [digit, space, word, bits(10, 10), word, digit, space | bits(28, 31), word, line_break];
    let (mut words, mut i) = ([[0; 4]; 9], 0);
    while i < 9 {
        let b = all[i];
        words[i] = [b as u32, (b >> 32) as u32, (b >> 64) as u32, (b >> 96) as u32];
        i += 1;
    }
    words
};

const fn bits(first: u8, last: u8) -> u128 {
    ((1 << (last - first + 1)) - 1) << first
}

fn category_of(which: u32, c: u32) -> bool {
    let holds = match which & !1 {
        0 => c.wrapping_sub(48) < 10,
        2 => is_space(c),
        4 | 8 => is_word(c),
        6 => c == 10,
        10 => unidata::decimal(c).is_some(),
        12 => unidata::is_space(c),
        14 => is_uni_word(c),
        16 => unidata::is_line_break(c),
        _ => return false,
    };
    holds != (which & 1 == 1)
}

/// Whether the set at the start of `set` contains `c`.
#[inline]
pub(crate) fn contains(set: &[u32], c: u32) -> bool {
    match set {
        // A bitmap and nothing else: what most sets of letters are compiled to.
        [op::CHARSET, bits @ ..] if bits.get(8) == Some(&op::FAILURE) => {
            c < 256 && bits[c as usize / 32] >> (c & 31) & 1 == 1
        }
        [op::CATEGORY, which, op::FAILURE, ..] => category(*which, c),
        [op::NEGATE, op::LITERAL, literal, op::FAILURE, ..] => c != *literal,
        _ => contains_any(set, c),
    }
}

/// How many of the first characters the set at the start of `set` contains: [`contains`], with one look at its form.
pub(crate) fn members<T: Unit>(set: &[u32], part: &[T]) -> usize {
    let outside = match set {
        [op::CHARSET, bits @ ..] if bits.get(8) == Some(&op::FAILURE) => {
            let Some(bits) = bits.first_chunk::<8>() else { return 0 };
            part.iter().position(|c| {
                let c = c.cp();
                c > 255 || bits[(c / 32 & 7) as usize] >> (c & 31) & 1 == 0
            })
        }
        [op::CATEGORY, which, op::FAILURE, ..] => {
            let negated = which & 1 == 1;
            let Some(known) = ASCII.get(*which as usize / 2) else { return 0 };
            part.iter().position(|c| match c.cp() {
                c @ 0..128 => has(known, c) == negated,
                c => !category_of(*which, c),
            })
        }
        _ => part.iter().position(|c| !contains(set, c.cp())),
    };
    outside.unwrap_or(part.len())
}

/// [`contains`] for sets of every form.
fn contains_any(set: &[u32], c: u32) -> bool {
    let mut ok = true;
    let mut rest = set;
    loop {
        let hit;
        (hit, rest) = match rest {
            [op::LITERAL, literal, rest @ ..] => (c == *literal, rest),
            [op::RANGE, low, high, rest @ ..] => (*low <= c && c <= *high, rest),
            [op::CATEGORY, which, rest @ ..] => (category(*which, c), rest),
            [op::NEGATE, rest @ ..] => {
                ok = !ok;
                (false, rest)
            }
            [op::CHARSET, bits @ ..] if bits.len() > 8 => {
                (c < 256 && bits[c as usize / 32] >> (c & 31) & 1 == 1, &bits[8..])
            }
            [op::RANGE_UNI_IGNORE, low, high, rest @ ..] => {
                let within = |c: u32| *low <= c && c <= *high;
                (within(c) || within(upper_unicode(c)), rest)
            }
            [op::BIGCHARSET, blocks, ..] => {
                let size = 66 + *blocks as usize * 8;
                (in_big(set, set.len() - rest.len() + 1, c), rest.get(size..).unwrap_or(&[]))
            }
            _ => return !ok,
        };
        if hit {
            return ok;
        }
    }
}

/// A set over the basic plane: block numbers, then a bitmap for each block.
fn in_big(set: &[u32], i: usize, c: u32) -> bool {
    if c >= 65536 {
        return false;
    }
    let word = |i: usize| set.get(i).copied().unwrap_or(0);
    let high = (c >> 8) as usize;
    let block = word(i + 1 + high / 4).to_le_bytes()[high % 4] as usize;
    let bit = block * 256 + (c & 255) as usize;
    word(i + 65 + bit / 32) >> (c & 31) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_the_functions_say() {
        for which in 0..20 {
            for c in 0..300 {
                assert_eq!(category(which, c), category_of(which, c), "{which} {c}");
            }
        }
    }
}
