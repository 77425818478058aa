//! `format` of integers, floats and complex numbers.

use crate::grouping::{Locale, group_digits};
use crate::spec::{Align, Group, Spec, parse, unknown_type};
use crate::string::aligned;
use crate::{FormatError, Kind, Result};
use orochi_num::dtoa::{self, double_to_string};
use orochi_num::{Complex, IntRef, convert, radix};
use orochi_text::{Buf, Builder, Units};
use std::borrow::Cow;

/// The pieces of a number before they are laid out.
struct Pieces<'a> {
    negative: bool,
    prefix: &'a [u8],
    digits: &'a [u8],
    has_point: bool,
    frac: &'a [u8],
    rest: &'a [u8],
}

/// Splits the text of a float into digits, fraction and the rest.
fn split_float(text: &[u8]) -> Pieces<'_> {
    let negative = text.first() == Some(&b'-');
    let s = &text[usize::from(negative)..];
    let run = |s: &[u8]| s.iter().take_while(|b| b.is_ascii_digit()).count();
    let n = run(s);
    let (digits, s) = s.split_at(n);
    let has_point = s.first() == Some(&b'.');
    let s = &s[usize::from(has_point)..];
    let n = if has_point { run(s) } else { 0 };
    Pieces { negative, prefix: b"", digits, has_point, frac: &s[..n], rest: &s[n..] }
}

fn group_frac(frac: &[u8], g: Group) -> Cow<'_, [u8]> {
    if g == Group::No {
        return Cow::Borrowed(frac);
    }
    Cow::Owned(frac.chunks(3).collect::<Vec<_>>().join(&g.byte()))
}

/// The sign column: what to write for this number.
fn sign_of(negative: bool, sign: u8) -> Option<u8> {
    match (negative, sign) {
        (true, _) => Some(b'-'),
        (false, b'+' | b' ') => Some(sign),
        _ => None,
    }
}

/// Lays a number out: `padding sign prefix padding digits point frac rest padding`.
fn layout(p: &Pieces<'_>, spec: &Spec, locale: &Locale<'_>) -> Buf {
    let frac = group_frac(p.frac, spec.frac_group);
    let sign = sign_of(p.negative, spec.sign);
    let point = if p.has_point { locale.point } else { Units::EMPTY };
    let around =
        usize::from(sign.is_some()) + p.prefix.len() + point.len() + frac.len() + p.rest.len();
    let zeros = spec.fill == 48 && spec.align == Align::Sign;
    let min = if zeros { spec.width.saturating_sub(around) } else { 0 };
    let grouped = match (p.digits, locale.groups) {
        ([], _) | (_, []) => Vec::new(),
        (digits, groups) => group_digits(digits, locale.separator, groups, min),
    };
    // Without groups the digits go as they are, after zeros that fill the width.
    let (zeros, digits) = match (p.digits, locale.groups) {
        ([], _) | (_, [_, ..]) => (0, &[][..]),
        (digits, []) => (min.saturating_sub(digits.len()), digits),
    };
    let columns = grouped.len() + zeros + digits.len();
    let padding = spec.width.saturating_sub(around + columns);
    let (left, inner) = match spec.align {
        Align::Left => (0, 0),
        Align::Center => (padding / 2, 0),
        Align::Right => (padding, 0),
        Align::Sign => (0, padding),
    };
    let mut out = Builder::with_capacity(around + columns.min(1 << 16) + padding.min(1 << 16));
    out.push_n(spec.fill, left);
    if let Some(c) = sign {
        out.push(u32::from(c));
    }
    out.push_latin1(p.prefix);
    out.push_n(spec.fill, inner);
    grouped.iter().for_each(|d| out.push(*d));
    out.push_n(u32::from(b'0'), zeros);
    out.push_latin1(digits);
    out.push_units(point);
    out.push_latin1(&frac);
    out.push_latin1(p.rest);
    out.push_n(spec.fill, padding - left - inner);
    out.finish()
}

/// The locale that a specification asks for: its own separators, or the given
/// one for type `n`.
fn locale_of<'a>(spec: &Spec, kind: u8, locale: &Locale<'a>) -> Locale<'a> {
    const THREES: &[u8] = &[3];
    const FOURS: &[u8] = &[4];
    if kind == b'n' {
        return *locale;
    }
    let groups = if matches!(kind, b'b' | b'o' | b'x' | b'X') { FOURS } else { THREES };
    match spec.group {
        Group::No => Locale::C,
        Group::Comma => Locale { separator: Units::One(b","), groups, ..Locale::C },
        Group::Underscore => Locale { separator: Units::One(b"_"), groups, ..Locale::C },
    }
}

/// Formats an integer. An empty specification is the caller's `str(value)`.
pub fn format_int(
    a: IntRef<'_>,
    spec: Units<'_>,
    type_name: &str,
    locale: &Locale<'_>,
) -> Result<Buf> {
    let spec = parse(spec, type_name, Align::Right)?;
    spec.check_groups(b'd')?;
    let kind = if spec.kind == 0 { b'd' } else { u8::try_from(spec.kind).unwrap_or(b'?') };
    match kind {
        b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n' => int_body(a, &spec, kind, locale),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let x = convert::to_f64(a).map_err(|_| FormatError {
                kind: Kind::Overflow,
                message: "int too large to convert to float".into(),
            })?;
            Ok(float_body(x, &spec, locale))
        }
        _ => Err(unknown_type(spec.kind, type_name)),
    }
}

fn int_body(a: IntRef<'_>, spec: &Spec, kind: u8, locale: &Locale<'_>) -> Result<Buf> {
    if spec.precision.is_some() {
        return Err(FormatError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_neg_0 {
        return Err(FormatError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    if kind == b'c' {
        return char_body(a, spec);
    }
    let base = match kind {
        b'b' => 2,
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    let mut few = itoa::Buffer::new();
    let mut many: Vec<u8>;
    let digits = match (base, a.mag) {
        (10, [] | [_]) => few.format(a.mag.first().copied().unwrap_or(0)).as_bytes(),
        _ => {
            many = radix::to_string(IntRef { neg: false, mag: a.mag }, base).into_bytes();
            if kind == b'X' {
                many.make_ascii_uppercase();
            }
            &many
        }
    };
    let prefix = [b'0', kind];
    let prefix: &[u8] = if spec.alternate && base != 10 { &prefix } else { b"" };
    let p = Pieces { negative: a.neg, prefix, digits, has_point: false, frac: b"", rest: b"" };
    Ok(layout(&p, spec, &locale_of(spec, kind, locale)))
}

fn char_body(a: IntRef<'_>, spec: &Spec) -> Result<Buf> {
    if spec.sign != 0 {
        return Err(FormatError::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(FormatError::value(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    match a.to_i64().map(u32::try_from) {
        Some(Ok(c)) if c <= orochi_text::MAX_CODE_POINT => Ok(aligned(Units::Four(&[c]), spec)),
        Some(_) => Err(FormatError {
            kind: Kind::Overflow,
            message: "%c arg not in range(0x110000)".into(),
        }),
        None => Err(FormatError {
            kind: Kind::Overflow,
            message: "Python int too large to convert to C long".into(),
        }),
    }
}

/// Formats a float. An empty specification is the caller's `str(value)`.
pub fn format_float(x: f64, spec: Units<'_>, type_name: &str, locale: &Locale<'_>) -> Result<Buf> {
    let spec = parse(spec, type_name, Align::Right)?;
    spec.check_groups(0)?;
    match u8::try_from(spec.kind).unwrap_or(b'?') {
        0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%' => {
            check_precision(&spec)?;
            Ok(float_body(x, &spec, locale))
        }
        _ => Err(unknown_type(spec.kind, type_name)),
    }
}

fn check_precision(spec: &Spec) -> Result<()> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(FormatError::value("precision too big"));
    }
    Ok(())
}

/// The style and precision that a specification's type stands for.
fn style(spec: &Spec) -> (u8, usize) {
    match (spec.kind as u8, spec.precision) {
        (0, None) => (b'r', 0),
        (0, Some(p)) => (b'g', p),
        (b'n', p) => (b'g', p.unwrap_or(6)),
        (b'%', p) => (b'f', p.unwrap_or(6)),
        (k, p) => (k, p.unwrap_or(6)),
    }
}

fn flags(spec: &Spec) -> u8 {
    let mut f = 0;
    if spec.alternate {
        f |= dtoa::ALT;
    }
    if spec.no_neg_0 {
        f |= dtoa::NO_NEG_0;
    }
    f
}

fn float_body(x: f64, spec: &Spec, locale: &Locale<'_>) -> Buf {
    let kind = spec.kind as u8;
    let (code, precision) = style(spec);
    let mut f = flags(spec);
    if kind == 0 {
        f |= dtoa::ADD_DOT_0;
    }
    let x = if kind == b'%' { x * 100.0 } else { x };
    let mut text = double_to_string(x, code, precision, f).into_bytes();
    if kind == b'%' {
        text.push(b'%');
    }
    layout(&split_float(&text), spec, &locale_of(spec, kind, locale))
}

/// Formats a complex number. An empty specification is the caller's `str(value)`.
pub fn format_complex(
    z: Complex,
    spec: Units<'_>,
    type_name: &str,
    locale: &Locale<'_>,
) -> Result<Buf> {
    let spec = parse(spec, type_name, Align::Right)?;
    spec.check_groups(0)?;
    let kind = u8::try_from(spec.kind).unwrap_or(b'?');
    if !matches!(kind, 0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') {
        return Err(unknown_type(spec.kind, type_name));
    }
    if spec.fill == 48 {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::Sign {
        return Err(FormatError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    check_precision(&spec)?;
    let (code, precision) = style(&spec);
    let part = |x: f64, sign: u8| {
        let text = double_to_string(x, code, precision, flags(&spec)).into_bytes();
        let bare = Spec { fill: 0, align: Align::Left, width: 0, sign, ..spec };
        layout(&split_float(&text), &bare, &locale_of(&spec, kind, locale))
    };
    let skip_re = kind == 0 && z.re == 0.0 && !z.re.is_sign_negative();
    let parens = kind == 0 && !skip_re;
    let mut out = Builder::new();
    if parens {
        out.push(40);
    }
    if !skip_re {
        out.push_units(part(z.re, spec.sign).units());
    }
    out.push_units(part(z.im, if skip_re { spec.sign } else { b'+' }).units());
    out.push(u32::from(b'j'));
    if parens {
        out.push(41);
    }
    Ok(aligned(out.units(), &spec))
}
