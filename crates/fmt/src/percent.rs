//! The templates of `str % args` and `bytes % args`.

use crate::{FormatError, Result, first_of};
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
    /// Of the flag constants of this module.
    pub flags: u8,
    /// The least width.
    pub width: Amount,
    /// The precision.
    pub precision: Amount,
    /// The conversion character. It may be anything; see [`unsupported`].
    pub kind: u32,
    /// Where it stands, for messages.
    pub index: usize,
}

impl Conversion {
    /// What is to be overwritten.
    pub const NONE: Conversion =
        Conversion { flags: 0, width: Amount::None, precision: Amount::None, kind: 0, index: 0 };
}

/// A template that is read from its beginning: literal text and a conversion in turn.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    s: Units<'a>,
    at: usize,
    too_precise: &'static str,
}

const PERCENT: u32 = b'%' as u32;
/// No code point.
const END: u32 = u32::MAX;

impl<'a> Template<'a> {
    /// Reads the template of a `str`.
    pub fn new(template: Units<'a>) -> Template<'a> {
        Template { s: template, at: 0, too_precise: "precision too big" }
    }

    /// Reads the template of a `bytes`.
    pub fn of_bytes(template: &'a [u8]) -> Template<'a> {
        Template { s: Units::One(template), at: 0, too_precise: "prec too big" }
    }

    #[inline(always)]
    fn peek(&self) -> u32 {
        if self.at < self.s.len() { self.s.get(self.at) } else { END }
    }

    #[inline(always)]
    fn eat(&mut self, c: u8) -> bool {
        let hit = self.peek() == u32::from(c);
        self.at += usize::from(hit);
        hit
    }

    /// The text up to a conversion or the end. The first of two percent signs belongs to the text before them, and what
    /// follows the second is a text of its own.
    #[inline]
    pub fn literal(&mut self) -> Range<usize> {
        let (start, end) = (self.at, self.s.len());
        self.at = first_of(self.s, start, end, (PERCENT, PERCENT)).unwrap_or(end);
        if self.at + 1 < end && self.s.get(self.at + 1) == PERCENT {
            self.at += 2;
            return start..self.at - 1;
        }
        start..self.at
    }

    /// Goes behind the percent sign of a conversion, if one is next.
    #[inline]
    pub fn begin(&mut self) -> bool {
        // Two percent signs here begin a text of their own.
        let begins = self.peek() == PERCENT
            && !(self.at + 1 < self.s.len() && self.s.get(self.at + 1) == PERCENT);
        self.at += usize::from(begins);
        begins
    }

    /// Whether a mapping key comes next.
    #[inline]
    pub fn has_key(&self) -> bool {
        self.peek() == OPEN
    }

    /// The letter of a conversion that is nothing but an `s` or `d`; it is taken by [`skip`](Self::skip).
    #[inline(always)]
    pub fn bare(&self) -> Option<u8> {
        match u8::try_from(self.peek()) {
            Ok(letter @ (b's' | b'd')) => Some(letter),
            _ => None,
        }
    }

    /// Goes behind the next character.
    #[inline(always)]
    pub fn skip(&mut self) {
        self.at += 1;
    }

    /// Reads the rest of a conversion, behind its key.
    ///
    /// # Errors
    /// It is not complete, or a number is too big.
    // It is filled field by field, because moved as a whole it would be read in other pieces than it was written.
    #[inline(always)]
    pub fn conversion(&mut self, c: &mut Conversion) -> Result<()> {
        c.flags = self.flags();
        c.width = self.amount(isize::MAX as usize, "width too big")?;
        c.precision = Amount::None;
        if self.eat(b'.') {
            c.precision = match self.amount(i32::MAX as usize, self.too_precise)? {
                Amount::None => Amount::Fixed(0),
                given => given,
            };
        }
        let _ = self.eat(b'h') || self.eat(b'l') || self.eat(b'L');
        c.kind = self.peek();
        c.index = self.at;
        if c.kind == END {
            return Err(FormatError::value("incomplete format"));
        }
        self.at += 1;
        Ok(())
    }

    /// Whether all was read.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.at >= self.s.len()
    }

    /// Reads a mapping key in parentheses.
    ///
    /// # Errors
    /// It has no end.
    pub fn key(&mut self) -> Result<Range<usize>> {
        self.at += 1;
        let (start, mut depth) = (self.at, 1);
        while !self.is_done() {
            match self.peek() {
                OPEN => depth += 1,
                CLOSE => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(start..self.at - 1);
            }
        }
        Err(FormatError::value("incomplete format key"))
    }

    #[inline(always)]
    fn flags(&mut self) -> u8 {
        let mut flags = 0;
        loop {
            flags |= match u8::try_from(self.peek()) {
                Ok(b'-') => LEFT,
                Ok(b'+') => SIGN,
                Ok(b' ') => BLANK,
                Ok(b'#') => ALT,
                Ok(b'0') => ZERO,
                _ => return flags,
            };
            self.at += 1;
        }
    }

    #[inline(always)]
    fn amount(&mut self, most: usize, too_big: &str) -> Result<Amount> {
        if self.eat(b'*') {
            return Ok(Amount::Star);
        }
        let (start, mut n) = (self.at, 0_usize);
        while let digit @ 0..10 = self.peek().wrapping_sub(u32::from(b'0')) {
            match n.checked_mul(10).and_then(|n| n.checked_add(digit as usize)) {
                Some(next) if next <= most => n = next,
                _ => return Err(FormatError::value(too_big)),
            }
            self.at += 1;
        }
        Ok(if self.at > start { Amount::Fixed(n) } else { Amount::None })
    }
}

const OPEN: u32 = b'(' as u32;
const CLOSE: u32 = b')' as u32;

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
