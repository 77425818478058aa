//! The templates of `str % args` and `bytes % args`.

use crate::{FormatError, Result};
use core::ops::Range;
use orochi_num::dtoa::{self, double_to_string};
use orochi_num::{IntRef, radix};
use orochi_text::{Builder, Units};

/// `-`
pub const LEFT: u8 = 1;
/// `+`
pub const SIGN: u8 = 2;
/// space
pub const BLANK: u8 = 4;
/// `#`
pub const ALT: u8 = 8;
/// `0`
pub const ZERO: u8 = 16;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Not given.
    None,
    /// `*`: the next argument.
    Star,
    /// A number.
    Fixed(usize),
}

/// A conversion of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The mapping key between parentheses.
    pub key: Option<Range<usize>>,
    /// Of the flag constants of this module.
    pub flags: u8,
    /// The least width.
    pub width: Amount,
    /// The precision.
    pub precision: Amount,
    /// The conversion character.
    pub kind: u32,
    /// Where it stands, for messages.
    pub index: usize,
}

/// A step of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Literal text; the second of two percent signs is one.
    Literal(Range<usize>),
    /// A conversion. Its kind may be anything; see [`unsupported`].
    Conversion(Conversion),
}

/// The events of a template; ends after the first error.
#[derive(Clone, Debug)]
pub struct Events<'a> {
    s: Units<'a>,
    at: usize,
}

/// Iterates over a template.
pub fn events(template: Units<'_>) -> Events<'_> {
    Events { s: template, at: 0 }
}

const PERCENT: u32 = '%' as u32;

impl Events<'_> {
    fn peek(&self) -> Option<char> {
        (self.at < self.s.len()).then(|| char::from_u32(self.s.get(self.at)).unwrap_or('?'))
    }

    fn key(&mut self) -> Result<Option<Range<usize>>> {
        if self.peek() != Some('(') {
            return Ok(None);
        }
        self.at += 1;
        let (start, mut depth) = (self.at, 1);
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(Some(start..self.at - 1));
            }
        }
        Err(FormatError::value("incomplete format key"))
    }

    fn amount(&mut self, too_big: &str) -> Result<Amount> {
        if self.peek() == Some('*') {
            self.at += 1;
            return Ok(Amount::Star);
        }
        let mut v = None::<usize>;
        while let Some(d) = self.peek().and_then(|c| c.to_digit(10)) {
            let next = v.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(d as usize));
            let limit =
                if too_big.starts_with("width") { isize::MAX as usize } else { i32::MAX as usize };
            v = Some(next.filter(|v| *v <= limit).ok_or_else(|| FormatError::value(too_big))?);
            self.at += 1;
        }
        Ok(v.map_or(Amount::None, Amount::Fixed))
    }

    fn conversion(&mut self) -> Result<Conversion> {
        let key = self.key()?;
        let mut flags = 0;
        while let Some(f) = self.peek().and_then(|c| match c {
            '-' => Some(LEFT),
            '+' => Some(SIGN),
            ' ' => Some(BLANK),
            '#' => Some(ALT),
            '0' => Some(ZERO),
            _ => None,
        }) {
            flags |= f;
            self.at += 1;
        }
        let width = self.amount("width too big")?;
        let mut precision = Amount::None;
        if self.peek() == Some('.') {
            self.at += 1;
            precision = match self.amount("precision too big")? {
                Amount::None => Amount::Fixed(0),
                p => p,
            };
        }
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.at += 1;
        }
        if self.at >= self.s.len() {
            return Err(FormatError::value("incomplete format"));
        }
        self.at += 1;
        let index = self.at - 1;
        Ok(Conversion { key, flags, width, precision, kind: self.s.get(index), index })
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Result<Event>> {
        if self.at >= self.s.len() {
            return None;
        }
        if self.s.get(self.at) != PERCENT {
            let start = self.at;
            self.at =
                (start..self.s.len()).find(|i| self.s.get(*i) == PERCENT).unwrap_or(self.s.len());
            return Some(Ok(Event::Literal(start..self.at)));
        }
        self.at += 1;
        if self.peek() == Some('%') {
            self.at += 1;
            return Some(Ok(Event::Literal(self.at - 1..self.at)));
        }
        let r = self.conversion();
        if r.is_err() {
            self.at = self.s.len();
        }
        Some(r.map(Event::Conversion))
    }
}

/// "unsupported format character ...".
pub fn unsupported(c: &Conversion) -> FormatError {
    let shown = char::from_u32(c.kind).filter(|_| (31..127).contains(&c.kind)).unwrap_or('?');
    FormatError::value(format!(
        "unsupported format character '{shown}' ({:#x}) at index {}",
        c.kind, c.index
    ))
}

/// The resolved layout of one conversion: flags, width and precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Of the flag constants of this module.
    pub flags: u8,
    /// The least width.
    pub width: usize,
    /// The precision, if any.
    pub precision: Option<usize>,
}

/// Appends text for `%s`, `%r`, `%a` (cut at the precision) and `%c`.
pub fn push_text(s: Units<'_>, l: Layout, out: &mut Builder) {
    let n = l.precision.map_or(s.len(), |p| p.min(s.len()));
    let pad = l.width.saturating_sub(n);
    if l.flags & LEFT == 0 {
        out.push_n(32, pad);
    }
    out.push_units(s.slice(0..n));
    if l.flags & LEFT != 0 {
        out.push_n(32, pad);
    }
}

/// Appends an integer for `%d`, `%i` and `%u`.
pub fn push_small(n: i64, l: Layout, out: &mut Builder) {
    digits(n < 0, b"", itoa::Buffer::new().format(n.unsigned_abs()).as_bytes(), l, out);
}

/// Appends an integer for `%d`, `%i`, `%u`, `%o`, `%x` and `%X`.
pub fn push_int(a: IntRef<'_>, kind: u8, l: Layout, out: &mut Builder) {
    let base = match kind {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    let mut text = radix::to_string(IntRef { neg: false, mag: a.mag }, base).into_bytes();
    if kind == b'X' {
        text.make_ascii_uppercase();
    }
    let prefix = [b'0', kind];
    let prefix: &[u8] = if l.flags & ALT != 0 && base != 10 { &prefix } else { b"" };
    digits(a.neg, prefix, &text, l, out);
}

/// The digits of an integer, of which the precision is the least number.
fn digits(neg: bool, prefix: &[u8], digits: &[u8], l: Layout, out: &mut Builder) {
    let zeros = l.precision.map_or(0, |p| p.saturating_sub(digits.len()));
    number(neg, prefix, zeros, digits, l, out);
}

/// Appends a float for `%e`, `%f`, `%g` and their upper-case forms.
pub fn push_float(x: f64, kind: u8, l: Layout, out: &mut Builder) {
    let flags = if l.flags & ALT != 0 { dtoa::ALT } else { 0 };
    let text = double_to_string(x, kind, l.precision.unwrap_or(6), flags).into_bytes();
    let neg = text.first() == Some(&b'-');
    number(neg, b"", 0, &text[usize::from(neg)..], l, out);
}

fn number(neg: bool, prefix: &[u8], zeros: usize, digits: &[u8], l: Layout, out: &mut Builder) {
    let sign: &[u8] = match (neg, l.flags & SIGN != 0, l.flags & BLANK != 0) {
        (true, _, _) => b"-",
        (_, true, _) => b"+",
        (_, _, true) => b" ",
        _ => b"",
    };
    let pad = l.width.saturating_sub(sign.len() + prefix.len() + zeros + digits.len());
    let (blanks, more_zeros, after) = match (l.flags & LEFT != 0, l.flags & ZERO != 0) {
        (true, _) => (0, 0, pad),
        (_, true) => (0, pad, 0),
        _ => (pad, 0, 0),
    };
    out.push_n(32, blanks);
    out.push_latin1(sign);
    out.push_latin1(prefix);
    out.push_n(48, more_zeros + zeros);
    out.push_latin1(digits);
    out.push_n(32, after);
}
