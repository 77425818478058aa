//! The matching engine of `_sre`: runs the code that `re._compiler` makes.
//!
//! A backtracking machine of our own, because matching must poll: a pattern
//! can run for hours, and a thread has to reach a safepoint and see signals.
//! Every few thousand steps the machine calls the caller's poll; when that
//! asks to stop, the match ends with [`Stop::Interrupted`]. The subject must
//! stay in place meanwhile (strings do; a buffer has to be pinned).
//!
//! Backtracking is a stack of choices and of undo records, on the heap, so
//! that neither long subjects nor nested groups use native stack.
#![forbid(unsafe_code)]

mod charset;
mod engine;
mod items;
mod op;
mod prefilter;
mod scan;

pub use engine::{Poll, Stop};
use orochi_text::Units;
pub use prefilter::tables;

/// The version of the code format, `_sre.MAGIC`.
pub const MAGIC: u32 = 20_230_612;
/// The bytes of one code word, `_sre.CODESIZE`.
pub const CODESIZE: usize = 4;
/// "No limit" in a repeat, `_sre.MAXREPEAT`.
pub const MAXREPEAT: u32 = u32::MAX;
/// The greatest number of groups, `_sre.MAXGROUPS`.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

/// How a match must lie in the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At the start position.
    Match,
    /// From the start position to the end.
    Full,
    /// Anywhere from the start position on.
    Search,
}

/// A machine for one pattern and one subject; reusable, so that `findall`
/// allocates once.
#[derive(Debug)]
pub struct Matcher<'a> {
    code: &'a [u32],
    tables: &'a [u8],
    subject: Units<'a>,
    end: usize,
    state: engine::State,
    span: (usize, usize),
}

impl<'a> Matcher<'a> {
    /// A machine for `code`, whose [`tables`] are given, too, with `groups` groups over `subject[..end]`. Bytes
    /// are passed as one-byte units.
    pub fn new(
        code: &'a [u32],
        tables: &'a [u8],
        groups: usize,
        subject: Units<'a>,
        end: usize,
    ) -> Matcher<'a> {
        let end = end.min(subject.len());
        Matcher { code, tables, subject, end, state: engine::State::new(groups), span: (0, 0) }
    }

    /// Looks for a match from `start`. With `must_advance` an empty match at
    /// `start` does not count (the rule of `findall` and `sub` after an empty
    /// match there).
    pub fn run(
        &mut self,
        mode: Mode,
        start: usize,
        must_advance: bool,
        poll: Poll<'_>,
    ) -> Result<bool, Stop> {
        if start > self.end {
            return Ok(false);
        }
        let must = must_advance.then_some(start);
        let (end, pattern) = (self.end, scan::Pattern { code: self.code, tables: self.tables });
        let state = &mut self.state;
        let found = match self.subject {
            Units::One(s) => scan::run(pattern, &s[..end], mode, start, must, state, poll),
            Units::Two(s) => scan::run(pattern, &s[..end], mode, start, must, state, poll),
            Units::Four(s) => scan::run(pattern, &s[..end], mode, start, must, state, poll),
        }?;
        if let Some(span) = found {
            self.span = span;
        }
        Ok(found.is_some())
    }

    /// The whole match, after a success.
    pub fn span(&self) -> (usize, usize) {
        self.span
    }

    /// The span of group `i`: 0 is the whole match. `None` when it took no part.
    pub fn group(&self, i: usize) -> Option<(usize, usize)> {
        if i == 0 { Some(self.span) } else { self.state.group(i - 1) }
    }

    /// The number of the group closed last (`match.lastindex`).
    pub fn last_index(&self) -> Option<usize> {
        self.state.last_index()
    }
}

/// `_sre.ascii_iscased`.
pub fn ascii_iscased(c: u32) -> bool {
    c < 128 && (c as u8).is_ascii_alphabetic()
}

/// `_sre.unicode_iscased`.
pub fn unicode_iscased(c: u32) -> bool {
    use orochi_text::unidata::{Case, map_case};
    charset::lower_unicode(c) != c || map_case(c, Case::Upper).as_slice() != [c]
}

/// `_sre.ascii_tolower`.
pub fn ascii_tolower(c: u32) -> u32 {
    charset::lower_ascii(c)
}

/// `_sre.unicode_tolower`.
pub fn unicode_tolower(c: u32) -> u32 {
    charset::lower_unicode(c)
}
