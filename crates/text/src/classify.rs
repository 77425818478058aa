//! `str.isalpha` and its kin.

use crate::Units;
use crate::unidata::{self, *};

/// Whether there are code points and all have `flag`; `ascii` says the same of those below 0x80.
fn all(s: Units<'_>, flag: u16, ascii: fn(&u8) -> bool) -> bool {
    match s.as_ascii() {
        Some(b) => !b.is_empty() && b.iter().all(ascii),
        None => s.iter().all(|c| has(c, flag)),
    }
}

/// `str.isalpha`.
pub fn isalpha(s: Units<'_>) -> bool {
    all(s, ALPHA, u8::is_ascii_alphabetic)
}

/// `str.isdecimal`.
pub fn isdecimal(s: Units<'_>) -> bool {
    all(s, DECIMAL, u8::is_ascii_digit)
}

/// `str.isdigit`.
pub fn isdigit(s: Units<'_>) -> bool {
    all(s, DIGIT, u8::is_ascii_digit)
}

/// `str.isnumeric`.
pub fn isnumeric(s: Units<'_>) -> bool {
    all(s, NUMERIC, u8::is_ascii_digit)
}

/// `str.isalnum`.
pub fn isalnum(s: Units<'_>) -> bool {
    all(s, ALPHA | DECIMAL | DIGIT | NUMERIC, u8::is_ascii_alphanumeric)
}

/// `str.isspace`.
pub fn isspace(s: Units<'_>) -> bool {
    !s.is_empty() && s.iter().all(unidata::is_space)
}

/// `str.isprintable`.
pub fn isprintable(s: Units<'_>) -> bool {
    s.iter().all(is_printable)
}

/// `str.isascii`.
pub fn isascii(s: Units<'_>) -> bool {
    s.is_ascii()
}

/// `str.isupper`.
pub fn isupper(s: Units<'_>) -> bool {
    let mut cased = false;
    for c in s.iter() {
        let f = flags(c);
        if f & (LOWER | TITLE) != 0 {
            return false;
        }
        cased |= f & UPPER != 0;
    }
    cased
}

/// `str.islower`.
pub fn islower(s: Units<'_>) -> bool {
    let mut cased = false;
    for c in s.iter() {
        let f = flags(c);
        if f & (UPPER | TITLE) != 0 {
            return false;
        }
        cased |= f & LOWER != 0;
    }
    cased
}

/// `str.istitle`.
pub fn istitle(s: Units<'_>) -> bool {
    let (mut cased, mut previous) = (false, false);
    for c in s.iter() {
        let f = flags(c);
        if f & (UPPER | TITLE) != 0 {
            if previous {
                return false;
            }
            previous = true;
            cased = true;
        } else if f & LOWER != 0 {
            if !previous {
                return false;
            }
            cased = true;
        } else {
            previous = false;
        }
    }
    cased
}

/// `str.isidentifier`.
pub fn isidentifier(s: Units<'_>) -> bool {
    !s.is_empty() && is_id_start(s.get(0)) && s.iter().skip(1).all(is_id_continue)
}

/// Whether an identifier may start with this code point.
#[inline]
pub fn is_id_start(c: u32) -> bool {
    has(c, ID_START)
}

/// Whether an identifier may go on with this code point.
#[inline]
pub fn is_id_continue(c: u32) -> bool {
    has(c, ID_CONTINUE)
}

/// Whether `repr` shows this code point as it is.
#[inline]
pub fn is_printable(c: u32) -> bool {
    if c < 0x7f { c >= 0x20 } else { has(c, PRINTABLE) }
}

/// Whether this code point is a word character of regular expressions,
/// the underscore aside.
#[inline]
pub fn is_alnum(c: u32) -> bool {
    has(c, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

/// The text with decimal digits of any script and white space turned into
/// ASCII, as `int()` and `float()` read it; `None` if another non-ASCII
/// code point is in it (then it is no number, and that is the answer).
pub fn to_ascii_number(s: Units<'_>) -> Option<std::borrow::Cow<'_, [u8]>> {
    if let Some(b) = s.as_ascii() {
        return Some(std::borrow::Cow::Borrowed(b));
    }
    let one = |c: u32| {
        if c < 128 {
            Some(c as u8)
        } else if unidata::is_space(c) {
            Some(b' ')
        } else {
            unidata::decimal(c).map(|d| b'0' + d)
        }
    };
    s.iter().map(one).collect::<Option<Vec<u8>>>().map(std::borrow::Cow::Owned)
}
