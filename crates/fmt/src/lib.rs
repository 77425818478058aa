//! Python's three formatting languages as plans and pure conversions.
//!
//! - [`spec`]: the mini-language of `format(value, spec)`;
//! - [`number`] and [`string`]: values written as a [`spec::Spec`] says;
//! - [`field`]: the replacement fields of `str.format`;
//! - [`percent`]: the templates of `str % args` and `bytes % args`.
//!
//! Nothing here evaluates an argument: the object layer walks the events.
#![forbid(unsafe_code)]

pub mod field;
pub mod grouping;
pub mod number;
pub mod percent;
pub mod spec;
pub mod string;

/// The exception that a formatting error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ValueError.
    Value,
    /// TypeError.
    Type,
    /// OverflowError.
    Overflow,
}

/// A formatting error with Python's wording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// Which exception.
    pub kind: Kind,
    /// Its message.
    pub message: String,
}

impl FormatError {
    pub(crate) fn value(message: impl Into<String>) -> FormatError {
        FormatError { kind: Kind::Value, message: message.into() }
    }
}

/// Shorthand for results of this crate.
pub type Result<T> = core::result::Result<T, FormatError>;

/// The first place in `from..end` of a code point that is one of two.
pub(crate) fn first_of(
    s: orochi_text::Units<'_>,
    from: usize,
    end: usize,
    (one, other): (u32, u32),
) -> Option<usize> {
    let hit = |c: u32| c == one || c == other;
    let found = match s {
        orochi_text::Units::One(s) => s[from..end].iter().position(|c| hit(u32::from(*c))),
        wide => (from..end).position(|i| hit(wide.get(i))),
    };
    found.map(|i| from + i)
}

pub(crate) const TOO_MANY_DIGITS: &str = "Too many decimal digits in format string";

/// Reads decimal digits from `at` on: the number and where they end. No
/// digits give `None`.
pub(crate) fn integer(s: orochi_text::Units<'_>, at: usize) -> Result<(Option<usize>, usize)> {
    let (mut v, mut i) = (None::<usize>, at);
    while i < s.len()
        && let Some(d) = orochi_text::unidata::decimal(s.get(i))
    {
        let next = v.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(d as usize));
        v = Some(
            next.filter(|v| *v <= isize::MAX as usize)
                .ok_or_else(|| FormatError::value(TOO_MANY_DIGITS))?,
        );
        i += 1;
    }
    Ok((v, i))
}
