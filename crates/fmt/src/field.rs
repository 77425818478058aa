//! The replacement fields of `str.format`, as events over ranges of the template.

use crate::{FormatError, Result, first_of, integer};
use core::ops::Range;
use orochi_text::Units;

/// A step of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Literal text before the field (one brace of a doubled pair included).
    pub literal: Range<usize>,
    /// The field, if one follows.
    pub field: Option<Field>,
}

/// A replacement field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// `0.name[key]`, perhaps empty.
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// The specification after `:`, perhaps empty.
    pub spec: Range<usize>,
    /// Whether the specification has fields of its own.
    pub nested: bool,
}

/// The pieces of a template.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    s: Units<'a>,
    at: usize,
    end: usize,
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;
const BRACKET: u32 = '[' as u32;
const COLON: u32 = ':' as u32;
const BANG: u32 = '!' as u32;

/// Reads `template[range]`; ranges in the pieces count from the start
/// of the template, so that nested specifications need no copy.
pub fn pieces(template: Units<'_>, range: Range<usize>) -> Pieces<'_> {
    Pieces { s: template, at: range.start, end: range.end }
}

impl Pieces<'_> {
    /// Reads the next piece; false if there are no more.
    ///
    /// # Errors
    /// The template is malformed.
    // It is filled field by field, because moved as a whole it would be read in other pieces than it was written.
    #[inline]
    pub fn read(&mut self, piece: &mut Piece) -> Result<bool> {
        let start = self.at;
        if start >= self.end {
            return Ok(false);
        }
        piece.field = None;
        let found = first_of(self.s, start, self.end, (OPEN, CLOSE));
        let i = found.unwrap_or(self.end);
        (piece.literal, self.at) = (start..i, i);
        if found.is_none() {
            return Ok(true);
        }
        let c = self.s.get(i);
        let next = (i + 1 < self.end).then(|| self.s.get(i + 1));
        if next == Some(c) {
            (piece.literal, self.at) = (start..i + 1, i + 2);
            return Ok(true);
        }
        if c == CLOSE {
            return Err(FormatError::value("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(FormatError::value("Single '{' encountered in format string"));
        }
        self.at = i + 1;
        self.field(piece.field.insert(Field::default()))?;
        Ok(true)
    }

    #[inline(always)]
    fn next_char(&mut self) -> Option<u32> {
        let c = (self.at < self.end).then(|| self.s.get(self.at));
        self.at += usize::from(c.is_some());
        c
    }

    fn field(&mut self, field: &mut Field) -> Result<()> {
        let start = self.at;
        let stop = loop {
            match self.next_char() {
                Some(OPEN) => return Err(FormatError::value("unexpected '{' in field name")),
                Some(BRACKET) => {
                    while self.at < self.end && self.s.get(self.at) != u32::from(b']') {
                        self.at += 1;
                    }
                }
                Some(c @ (CLOSE | COLON | BANG)) => break c,
                Some(_) => {}
                None => return Err(FormatError::value("expected '}' before end of string")),
            }
        };
        field.name = start..self.at - 1;
        if stop == BANG {
            let Some(c) = self.next_char() else {
                return Err(FormatError::value(
                    "end of string while looking for conversion specifier",
                ));
            };
            field.conversion = Some(c);
            match self.next_char() {
                Some(CLOSE) => return Ok(()),
                Some(c) if c != COLON => {
                    return Err(FormatError::value("expected ':' after conversion specifier"));
                }
                _ => {}
            }
        }
        if stop == CLOSE { Ok(()) } else { self.spec(field) }
    }

    fn spec(&mut self, field: &mut Field) -> Result<()> {
        let (start, mut depth) = (self.at, 1);
        while let Some(c) = self.next_char() {
            if c == OPEN {
                field.nested = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    field.spec = start..self.at - 1;
                    return Ok(());
                }
            }
        }
        Err(FormatError::value("unmatched '{' in format spec"))
    }
}

/// The first part of a field name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// Empty: the next positional argument.
    Auto,
    /// A positional argument.
    Index(usize),
    /// A keyword argument: its range in the template.
    Key(Range<usize>),
}

/// A further part of a field name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// `.name`
    Attr(Range<usize>),
    /// `[123]`
    Index(usize),
    /// `[key]`
    Key(Range<usize>),
}

fn index_of(s: Units<'_>, r: &Range<usize>) -> Result<Option<usize>> {
    let (v, at) = integer(s.slice(0..r.end), r.start)?;
    Ok(v.filter(|_| at == r.end))
}

/// Splits a field name into its first part and the rest.
#[inline]
pub fn split_name(s: Units<'_>, name: Range<usize>) -> Result<(First, Parts<'_>)> {
    if name.is_empty() {
        return Ok((First::Auto, Parts { s, at: name.end, end: name.end }));
    }
    split_some(s, name)
}

fn split_some(s: Units<'_>, name: Range<usize>) -> Result<(First, Parts<'_>)> {
    let end = name.clone().find(|i| matches!(char::from_u32(s.get(*i)), Some('.' | '[')));
    let end = end.unwrap_or(name.end);
    let rest = Parts { s, at: end, end: name.end };
    let first = name.start..end;
    if first.is_empty() {
        return Ok((First::Auto, rest));
    }
    Ok((index_of(s, &first)?.map_or(First::Key(first), First::Index), rest))
}

/// The further parts of a field name; ends after the first error.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    s: Units<'a>,
    at: usize,
    end: usize,
}

impl Parts<'_> {
    fn step(&mut self) -> Result<Part> {
        let c = char::from_u32(self.s.get(self.at));
        let start = self.at + 1;
        let find = |f: &dyn Fn(char) -> bool| {
            (start..self.end).find(|i| char::from_u32(self.s.get(*i)).is_some_and(f))
        };
        let part = match c {
            Some('.') => {
                let end = find(&|c| matches!(c, '.' | '[')).unwrap_or(self.end);
                self.at = end;
                Part::Attr(start..end)
            }
            Some('[') => {
                let Some(end) = find(&|c| c == ']') else {
                    return Err(FormatError::value("Missing ']' in format string"));
                };
                self.at = end + 1;
                index_of(self.s, &(start..end))?.map_or(Part::Key(start..end), Part::Index)
            }
            _ => {
                return Err(FormatError::value(
                    "Only '.' or '[' may follow ']' in format field specifier",
                ));
            }
        };
        match &part {
            Part::Attr(r) | Part::Key(r) if r.is_empty() => {
                Err(FormatError::value("Empty attribute in format string"))
            }
            _ => Ok(part),
        }
    }
}

impl Iterator for Parts<'_> {
    type Item = Result<Part>;

    #[inline]
    fn next(&mut self) -> Option<Result<Part>> {
        if self.at >= self.end {
            return None;
        }
        let r = self.step();
        if r.is_err() {
            self.at = self.end;
        }
        Some(r)
    }
}

/// Keeps track of automatic and manual numbering within one call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbering {
    next: usize,
    manual: Option<bool>,
}

impl Numbering {
    /// The index of an automatic field.
    pub fn auto(&mut self) -> Result<usize> {
        if self.manual == Some(true) {
            return Err(FormatError::value(
                "cannot switch from manual field specification to automatic field numbering",
            ));
        }
        self.manual = Some(false);
        self.next += 1;
        Ok(self.next - 1)
    }

    /// Notes a field with an explicit index.
    pub fn manual(&mut self) -> Result<()> {
        if self.manual == Some(false) {
            return Err(FormatError::value(
                "cannot switch from automatic field numbering to manual field specification",
            ));
        }
        self.manual = Some(true);
        Ok(())
    }
}

/// The error for a conversion other than `r`, `s` and `a`.
pub fn unknown_conversion(c: u32) -> FormatError {
    FormatError::value(if c > 32 && c < 127 {
        format!("Unknown conversion specifier {}", c as u8 as char)
    } else {
        format!("Unknown conversion specifier \\x{c:x}")
    })
}
