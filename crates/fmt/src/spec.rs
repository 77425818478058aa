//! The format-specification mini-language:
//! `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`.

use crate::{FormatError, Result, integer};
use orochi_text::Units;

/// Where the value stands in its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: padding between sign and digits.
    Sign,
}

/// A digit-group separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// None.
    No,
    /// `,`
    Comma,
    /// `_`
    Underscore,
}

impl Group {
    /// The separator as a byte.
    pub fn byte(self) -> u8 {
        match self {
            Group::No => 0,
            Group::Comma => b',',
            Group::Underscore => b'_',
        }
    }
}

/// A parsed specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The fill character.
    pub fill: u32,
    /// The alignment, given or by default.
    pub align: Align,
    /// `+`, `-`, a space, or 0 when not given.
    pub sign: u8,
    /// `z`: turn negative zero into zero.
    pub no_neg_0: bool,
    /// `#`.
    pub alternate: bool,
    /// The least width.
    pub width: usize,
    /// Grouping before the point.
    pub group: Group,
    /// The precision, if given.
    pub precision: Option<usize>,
    /// Grouping after the point.
    pub frac_group: Group,
    /// The type character, 0 when not given.
    pub kind: u32,
}

fn align_of(c: u32) -> Option<Align> {
    Some(match char::from_u32(c)? {
        '<' => Align::Left,
        '>' => Align::Right,
        '^' => Align::Center,
        '=' => Align::Sign,
        _ => return None,
    })
}

fn both() -> FormatError {
    FormatError::value("Cannot specify both ',' and '_'.")
}

struct Reader<'a> {
    s: Units<'a>,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        (self.at < self.s.len()).then(|| self.s.get(self.at))
    }

    fn eat(&mut self, c: char) -> bool {
        let hit = self.peek() == Some(c as u32);
        self.at += usize::from(hit);
        hit
    }

    fn group(&mut self) -> Result<Group> {
        let mut g = Group::No;
        if self.eat(',') {
            g = Group::Comma;
        }
        if self.eat('_') {
            if g != Group::No {
                return Err(both());
            }
            g = Group::Underscore;
        }
        if g == Group::Underscore && self.peek() == Some(',' as u32) {
            return Err(both());
        }
        Ok(g)
    }

    fn integer(&mut self) -> Result<Option<usize>> {
        let (v, at) = integer(self.s, self.at)?;
        self.at = at;
        Ok(v)
    }
}

impl Spec {
    /// What an empty specification says.
    fn plain(align: Align) -> Spec {
        Spec {
            fill: 32,
            align,
            sign: 0,
            no_neg_0: false,
            alternate: false,
            width: 0,
            group: Group::No,
            precision: None,
            frac_group: Group::No,
            kind: 0,
        }
    }
}

/// Reads a small number; where there are no digits or too many, what follows is no type and [`short`] gives up.
fn small(s: &[u8], at: &mut usize) -> Option<usize> {
    let start = *at;
    let mut n = 0;
    while let Some(digit) = s.get(*at).filter(|c| c.is_ascii_digit())
        && *at < start + 4
    {
        n = n * 10 + usize::from(digit & 15);
        *at += 1;
    }
    (*at > start).then_some(n)
}

/// Parses the specifications that are met most: `[[fill]align][width][group][.precision][type]`. `None`: look closer.
pub fn short(s: Units<'_>, default: Align) -> Option<Spec> {
    let Units::One(s) = s else { return None };
    let mut spec = Spec::plain(default);
    let align = |i: usize| s.get(i).and_then(|c| align_of(u32::from(*c)));
    let mut at = 0;
    if let Some(align) = align(1) {
        (spec.fill, spec.align, at) = (u32::from(s[0]), align, 2);
    } else if let Some(align) = align(0) {
        (spec.align, at) = (align, 1);
    }
    if s.get(at) == Some(&b'0') {
        return None;
    }
    spec.width = small(s, &mut at).unwrap_or(0);
    spec.group = match s.get(at) {
        Some(b',') => Group::Comma,
        Some(b'_') => Group::Underscore,
        _ => Group::No,
    };
    at += usize::from(spec.group != Group::No);
    if s.get(at) == Some(&b'.') {
        at += 1;
        spec.precision = Some(small(s, &mut at)?);
    }
    match &s[at..] {
        [] => {}
        // `z` is no type.
        [kind] if kind.is_ascii_alphabetic() && *kind != b'z' => spec.kind = u32::from(*kind),
        _ => return None,
    }
    Some(spec)
}

/// Parses a specification for an object of type `type_name`. `default` is the
/// alignment when none is given: left for strings, right for numbers.
pub fn parse(s: Units<'_>, type_name: &str, default: Align) -> Result<Spec> {
    if let Some(spec) = short(s, default) {
        return Ok(spec);
    }
    let mut r = Reader { s, at: 0 };
    let mut spec = Spec::plain(default);
    let second = if s.len() >= 2 { align_of(s.get(1)) } else { None };
    let first = if s.is_empty() { None } else { align_of(s.get(0)) };
    if let Some(a) = second {
        (spec.fill, spec.align, r.at) = (s.get(0), a, 2);
    } else if let Some(a) = first {
        (spec.align, r.at) = (a, 1);
    }
    if let Some(c @ (32 | 43 | 45)) = r.peek() {
        spec.sign = c as u8;
        r.at += 1;
    }
    spec.no_neg_0 = r.eat('z');
    spec.alternate = r.eat('#');
    if second.is_none() && r.eat('0') {
        spec.fill = 48;
        if first.is_none() && default == Align::Right {
            spec.align = Align::Sign;
        }
    }
    spec.width = r.integer()?.unwrap_or(0);
    spec.group = r.group()?;
    if r.eat('.') {
        spec.precision = r.integer()?;
        spec.frac_group = r.group()?;
        if spec.precision.is_none() && spec.frac_group == Group::No {
            return Err(FormatError::value("Format specifier missing precision"));
        }
    }
    if s.len() - r.at > 1 {
        let text = s.to_string_lossy();
        return Err(FormatError::value(format!(
            "Invalid format specifier '{text}' for object of type '{type_name}'"
        )));
    }
    spec.kind = r.peek().unwrap_or(0);
    Ok(spec)
}

impl Spec {
    /// Checks grouping against the type, where `default` stands for no type.
    pub(crate) fn check_groups(&self, default: u8) -> Result<()> {
        let kind = if self.kind == 0 { u32::from(default) } else { self.kind };
        if self.group != Group::No {
            let ok = match u8::try_from(kind).unwrap_or(b'?') {
                b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0 => true,
                b'b' | b'o' | b'x' | b'X' => self.group == Group::Underscore,
                _ => false,
            };
            if !ok {
                return Err(bad_group(self.group, kind));
            }
        }
        if kind == u32::from(b'n') && self.frac_group != Group::No {
            return Err(bad_group(self.frac_group, kind));
        }
        Ok(())
    }
}

fn bad_group(g: Group, kind: u32) -> FormatError {
    let sep = g.byte() as char;
    FormatError::value(if (33..128).contains(&kind) {
        format!("Cannot specify '{sep}' with '{}'.", kind as u8 as char)
    } else {
        format!("Cannot specify '{sep}' with '\\x{kind:x}'.")
    })
}

/// "Unknown format code ...".
pub(crate) fn unknown_type(kind: u32, type_name: &str) -> FormatError {
    FormatError::value(if (33..128).contains(&kind) {
        format!("Unknown format code '{}' for object of type '{type_name}'", kind as u8 as char)
    } else {
        format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'")
    })
}
