//! Items that take one character.

use crate::charset::{category, contains, lower_ascii, lower_unicode, upper_ascii};
use crate::op;

/// Whether the item at `pc` takes `c`. What is no such item takes nothing.
#[inline]
pub(crate) fn takes(code: &[u32], pc: usize, c: u32) -> bool {
    let word = |i: usize| code.get(i).copied().unwrap_or(0);
    let arg = word(pc + 1);
    let set = || code.get(pc + 2..).unwrap_or(&[]);
    match word(pc) {
        op::ANY => c != 10,
        op::ANY_ALL => true,
        op::LITERAL => c == arg,
        op::NOT_LITERAL => c != arg,
        op::IN => contains(set(), c),
        op::CATEGORY => category(arg, c),
        op::IN_IGNORE => contains(set(), lower_ascii(c)),
        op::IN_UNI_IGNORE => contains(set(), lower_unicode(c)),
        op::IN_LOC_IGNORE => {
            let (lower, upper) = (contains(set(), lower_ascii(c)), contains(set(), upper_ascii(c)));
            // A negated set must lack both cases.
            if set().first() == Some(&op::NEGATE) { lower && upper } else { lower || upper }
        }
        op::LITERAL_IGNORE => lower_ascii(c) == arg,
        op::NOT_LITERAL_IGNORE => lower_ascii(c) != arg,
        op::LITERAL_UNI_IGNORE => lower_unicode(c) == arg,
        op::NOT_LITERAL_UNI_IGNORE => lower_unicode(c) != arg,
        op::LITERAL_LOC_IGNORE => lower_ascii(c) == lower_ascii(arg),
        op::NOT_LITERAL_LOC_IGNORE => lower_ascii(c) != lower_ascii(arg),
        _ => false,
    }
}

/// Where the item at `pc` ends; `None` if there is none.
#[inline]
pub(crate) fn end(code: &[u32], pc: usize) -> Option<usize> {
    Some(match code.get(pc).copied()? {
        op::ANY | op::ANY_ALL => pc + 1,
        op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
            pc + 1 + code.get(pc + 1).copied()? as usize
        }
        op::LITERAL | op::NOT_LITERAL | op::CATEGORY | op::LITERAL_IGNORE => pc + 2,
        op::NOT_LITERAL_IGNORE | op::LITERAL_UNI_IGNORE | op::NOT_LITERAL_UNI_IGNORE => pc + 2,
        op::LITERAL_LOC_IGNORE | op::NOT_LITERAL_LOC_IGNORE => pc + 2,
        _ => return None,
    })
}
