//! Where to try: the pattern's information block and its tables narrow a search.

use crate::Mode;
use crate::charset::contains;
use crate::engine::{Machine, Poll, State, Stop};
use crate::op::{self, info};
use crate::prefilter;
use orochi_text::{Unit, Units, search};

/// A pattern's code and its tables (none: they would not help).
#[derive(Clone, Copy)]
pub(crate) struct Pattern<'a> {
    pub(crate) code: &'a [u32],
    pub(crate) tables: &'a [u8],
}

/// What the information block says.
struct Info<'a> {
    /// Where the pattern proper begins.
    body: usize,
    min: usize,
    prefix: &'a [u32],
    literal: bool,
    charset: Option<&'a [u32]>,
    tables: &'a [u8],
}

fn read_info(pattern: Pattern<'_>) -> Info<'_> {
    let Pattern { code, tables } = pattern;
    let word = |i: usize| code.get(i).copied().unwrap_or(0);
    let mut out = Info { body: 0, min: 0, prefix: &[], literal: false, charset: None, tables };
    if word(0) != op::INFO {
        return out;
    }
    out.body = 1 + word(1) as usize;
    let flags = word(2);
    out.min = word(3) as usize;
    if flags & info::PREFIX != 0 {
        out.prefix = code.get(7..7 + word(5) as usize).unwrap_or(&[]);
        out.literal = flags & info::LITERAL != 0;
    } else if flags & info::CHARSET != 0 {
        out.charset = code.get(5..);
    }
    out
}

/// How many characters a scan looks at between polls.
const CHUNK: usize = 1 << 16;

/// Runs the pattern; answers the span of the match.
pub(crate) fn run<T: Unit>(
    pattern: Pattern<'_>,
    s: &[T],
    mode: Mode,
    start: usize,
    must_advance: Option<usize>,
    state: &mut State,
    poll: Poll<'_>,
) -> Result<Option<(usize, usize)>, Stop> {
    let (code, info) = (pattern.code, read_info(pattern));
    if s.len() - start < info.min {
        return Ok(None);
    }
    let full = mode == Mode::Full;
    let mut m = Machine { code, s, full, must_advance, state, poll };
    if mode != Mode::Search {
        m.state.reset();
        return Ok(m.run(info.body, start, true)?.map(|end| (start, end)));
    }
    // Only the first position can match when the pattern begins with \A.
    let anchored = code.get(info.body) == Some(&op::AT)
        && matches!(code.get(info.body + 1), Some(&(op::at::BEGINNING | op::at::BEGINNING_STRING)));
    let last = s.len() - info.min;
    let mut at = start;
    while at <= last {
        let Some(candidate) = m.candidate(&info, at, last)? else { return Ok(None) };
        at = candidate;
        m.state.reset();
        if info.literal {
            return Ok(Some((at, at + info.prefix.len())));
        }
        if let Some(end) = m.run(info.body, at, true)? {
            return Ok(Some((at, end)));
        }
        if anchored {
            return Ok(None);
        }
        at += 1;
    }
    Ok(None)
}

/// Where the first member of a set is.
fn first_of<T: Unit>(set: &[u32], part: &[T]) -> Option<usize> {
    match set {
        // What begins with one of two letters.
        [op::LITERAL, a, op::LITERAL, b, op::FAILURE, ..] => {
            part.iter().position(|c| c.cp() == *a || c.cp() == *b)
        }
        _ => part.iter().position(|c| contains(set, c.cp())),
    }
}

impl<T: Unit> Machine<'_, '_, '_, T> {
    /// The next position from `at` to `last` where a match may begin.
    fn candidate(
        &mut self,
        info: &Info<'_>,
        at: usize,
        last: usize,
    ) -> Result<Option<usize>, Stop> {
        if info.prefix.is_empty() && info.charset.is_none() && info.tables.is_empty() {
            return Ok(Some(at));
        }
        let mut from = at;
        while from <= last {
            let to = last.min(from + CHUNK - 1);
            // The least length of a match, which lies behind `last`, is that of the prefix or more.
            let found = match info.charset {
                _ if !info.tables.is_empty() => {
                    let end = (to + info.tables.len() / 256).min(self.s.len());
                    prefilter::find(info.tables, &self.s[from..end]).map(|i| from + i)
                }
                Some(set) => {
                    first_of(set, &self.s[from..(to + 1).min(self.s.len())]).map(|i| from + i)
                }
                None => {
                    let end = (to + info.prefix.len()).min(self.s.len());
                    search::find(T::units(self.s), Units::Four(info.prefix), from, end)
                }
            };
            let seen = found.unwrap_or(to) - from;
            self.state.spend(seen / 16, self.poll)?;
            if found.is_some() {
                return Ok(found);
            }
            from = to + 1;
        }
        Ok(None)
    }
}
