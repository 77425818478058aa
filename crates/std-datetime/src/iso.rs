//! Reading dates and times in the forms of ISO 8601 that `fromisoformat` takes. Works on UTF-8; a byte past the
//! end reads as 0. Knows no Python.

use crate::calendar::{Ymd, iso_ordinal};

/// A date as it was written; not yet checked against the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RawDate {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
}

/// A time as it was written; not yet checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct RawTime {
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) micro: i64,
    /// Seconds and microseconds east of Greenwich, if the text names an offset.
    pub(crate) offset: Option<(i64, i64)>,
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }
    fn next(&mut self) -> u8 {
        let c = self.peek();
        self.at += 1;
        c
    }
    fn skip(&mut self, c: u8) -> bool {
        let there = self.peek() == c;
        self.at += there as usize;
        there
    }
    fn digits(&mut self, n: usize) -> Option<i64> {
        let mut value = 0;
        for _ in 0..n {
            let c = self.next();
            if !c.is_ascii_digit() {
                return None;
            }
            value = value * 10 + (c - b'0') as i64;
        }
        Some(value)
    }
}

/// Reads a text that is a date and nothing else.
pub(crate) fn date(text: &[u8]) -> Option<RawDate> {
    let mut r = Reader { text, at: 0 };
    let year = r.digits(4)?;
    let separated = r.skip(b'-');
    if r.skip(b'W') {
        let week = r.digits(2)?;
        let mut day = 1;
        if r.at < text.len() {
            if separated && !r.skip(b'-') {
                return None;
            }
            day = r.digits(1)?;
        }
        let (year, month, day) = Ymd::from_ordinal(iso_ordinal(year, week, day).ok()?).parts();
        return (r.at == text.len()).then_some(RawDate { year, month, day });
    }
    let month = r.digits(2)?;
    if separated && !r.skip(b'-') {
        return None;
    }
    let day = r.digits(2)?;
    (r.at == text.len()).then_some(RawDate { year, month, day })
}

/// `HH[:MM[:SS[.f…]]]` or without colons; `end` is where an offset begins, or the end. Gives whether something is
/// left before `end`.
fn clock(text: &[u8], start: usize, end: usize, out: &mut RawTime) -> Option<bool> {
    let mut r = Reader { text, at: start };
    let mut separated = true;
    for i in 0..3 {
        let value = r.digits(2)?;
        match i {
            0 => out.hour = value,
            1 => out.minute = value,
            _ => out.second = value,
        }
        let c = r.next();
        if i == 0 {
            separated = c == b':';
        }
        if r.at >= end {
            return (!matches!(c, b'.' | b',')).then_some(c != 0);
        }
        match c {
            b':' if separated => {
                if i == 2 {
                    return None;
                }
            }
            b'.' | b',' => {
                if i < 2 {
                    return None;
                }
            }
            _ if !separated => r.at -= 1,
            _ => return None,
        }
    }
    let written = (end - r.at).min(6);
    out.micro = r.digits(written)? * 10i64.pow(6 - written as u32);
    // Further digits are dropped.
    while r.peek().is_ascii_digit() {
        r.at += 1;
    }
    Some(r.peek() != 0)
}

/// Reads a text that is a time and nothing else.
pub(crate) fn time(text: &[u8]) -> Option<RawTime> {
    let mut out = RawTime::default();
    let sign = text.iter().position(|c| matches!(c, b'+' | b'-' | b'Z')).unwrap_or(text.len());
    let rest = clock(text, 0, sign, &mut out)?;
    match text.get(sign) {
        None if rest => None,
        None => Some(out),
        Some(b'Z') => {
            out.offset = Some((0, 0));
            (sign + 1 == text.len()).then_some(out)
        }
        Some(c) => {
            let mut zone = RawTime::default();
            if clock(text, sign + 1, text.len(), &mut zone)? {
                return None;
            }
            let seconds = zone.hour * 3600 + zone.minute * 60 + zone.second;
            let factor = if *c == b'-' { -1 } else { 1 };
            out.offset = Some((seconds * factor, zone.micro * factor));
            Some(out)
        }
    }
}

/// Where in the text of a datetime the date ends: the index of the separator, or the length. The text has at
/// least seven bytes.
pub(crate) fn separator(text: &[u8]) -> usize {
    let at = |i: usize| text.get(i).copied().unwrap_or(0);
    let n = text.len();
    if n == 7 {
        return 7;
    }
    match (at(4), at(5)) {
        (b'-', b'W') => {
            // YYYY-Www, YYYY-Www-D, or YYYY-Www followed by a hyphen as the separator.
            if n > 8 && at(8) == b'-' && !(n > 10 && at(10).is_ascii_digit()) { 10 } else { 8 }
        }
        (b'-', _) => 10,
        (b'W', _) => {
            // YYYYWww or YYYYWwwD: an even count of digits belongs to a time of two, four or six.
            let end = (7..n).find(|i| !at(*i).is_ascii_digit()).unwrap_or(n);
            match end {
                end if end < 9 => end,
                end if end % 2 == 0 => 7,
                _ => 8,
            }
        }
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_dates() {
        let day = |year, month, day| Some(RawDate { year, month, day });
        for text in ["2000-01-03", "20000103", "2000-W01-1", "2000W011", "2000-W01", "2000W01"] {
            assert_eq!(date(text.as_bytes()), day(2000, 1, 3), "{text}");
            assert_eq!(separator(text.as_bytes()), text.len());
        }
        for text in ["2000-0103", "200001-03", "2000-01-03x", "2000-W01-8", "2000-W53-1", "x"] {
            assert_eq!(date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn forms_of_times() {
        let read =
            |text: &str| time(text.as_bytes()).map(|t| (t.hour, t.minute, t.second, t.micro));
        assert_eq!(read("12"), Some((12, 0, 0, 0)));
        assert_eq!(read("1234"), Some((12, 34, 0, 0)));
        assert_eq!(read("12:34:56,7"), Some((12, 34, 56, 700_000)));
        assert_eq!(read("123456.1234567"), Some((12, 34, 56, 123_456)));
        assert_eq!(read("12:3456"), None);
        assert_eq!(read("12:34:56.+01:00"), None);
        assert_eq!(time(b"12-01:30").and_then(|t| t.offset), Some((-5400, 0)));
        assert_eq!(time(b"12Zx"), None);
    }
}
