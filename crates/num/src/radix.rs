//! Integers to text and back, with Python's exact acceptance rules.

use crate::int::{Int, IntRef};
use dashu_int::UBig;

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Not the spelling of an integer in this base.
    Invalid,
    /// More decimal digits than the limit allows; holds their number.
    TooManyDigits(usize),
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 0x09..=0x0d | 0x1c..=0x1f)
}

/// Strips the ASCII characters that Python counts as white space.
pub(crate) fn trim_space(mut s: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = s
        && is_space(*b)
    {
        s = rest;
    }
    while let [rest @ .., b] = s
        && is_space(*b)
    {
        s = rest;
    }
    s
}

/// Parses `int(text, base)`: surrounding space, sign, prefix, underscores.
/// Decimal digits of other scripts must have been turned into ASCII before.
/// `limit` is `sys.get_int_max_str_digits()`, 0 for none.
pub fn parse(text: &[u8], base: u32, limit: usize) -> Result<Int, ParseError> {
    let mut s = trim_space(text);
    let neg = s.first() == Some(&b'-');
    if neg || s.first() == Some(&b'+') {
        s = &s[1..];
    }
    let (s, base, strict_zero) = split_prefix(s, base)?;
    let digits = strip_underscores(s)?;
    let v = parse_digits(&digits, base, limit)?;
    // With base 0, "0" and "000" are integers but "01" is not.
    if strict_zero && digits[0] == b'0' && !v.is_zero() {
        return Err(ParseError::Invalid);
    }
    Ok(Int::new(neg, v.mag))
}

/// Takes off `0x` and the like; tells the base and whether leading zeros are out.
fn split_prefix(s: &[u8], base: u32) -> Result<(&[u8], u32, bool), ParseError> {
    let found = match s {
        [b'0', c, ..] => match c.to_ascii_lowercase() {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 0,
        },
        _ => 0,
    };
    if found != 0 && (base == 0 || base == found) {
        let rest = &s[2..];
        // One underscore may follow the prefix.
        let rest = if rest.first() == Some(&b'_') { &rest[1..] } else { rest };
        return Ok((rest, found, false));
    }
    match base {
        0 => Ok((s, 10, true)),
        2..=36 => Ok((s, base, false)),
        _ => Err(ParseError::Invalid),
    }
}

/// Removes single underscores between digits; others are an error.
pub(crate) fn strip_underscores(s: &[u8]) -> Result<Vec<u8>, ParseError> {
    let mut out = Vec::with_capacity(s.len());
    let mut last = b'_';
    for &b in s {
        if b != b'_' {
            out.push(b);
        } else if last == b'_' {
            return Err(ParseError::Invalid);
        }
        last = b;
    }
    if last == b'_' { Err(ParseError::Invalid) } else { Ok(out) }
}

fn digit_of(b: u8) -> u32 {
    (b as char).to_digit(36).unwrap_or(99)
}

/// Parses bare digits of a base from 2 to 36.
pub fn parse_digits(digits: &[u8], base: u32, limit: usize) -> Result<Int, ParseError> {
    if digits.is_empty() || digits.iter().any(|b| digit_of(*b) >= base) {
        return Err(ParseError::Invalid);
    }
    if base.is_power_of_two() {
        return Ok(parse_power_of_two(digits, base.trailing_zeros()));
    }
    if limit > 0 && digits.len() > limit {
        return Err(ParseError::TooManyDigits(digits.len()));
    }
    if digits.len() <= 12 {
        let v = digits.iter().fold(0u64, |v, b| v * u64::from(base) + u64::from(digit_of(*b)));
        return Ok(Int::from(v));
    }
    let text = core::str::from_utf8(digits).map_err(|_| ParseError::Invalid)?;
    let u = UBig::from_str_radix(text, base).map_err(|_| ParseError::Invalid)?;
    Ok(Int::from_ubig(false, &u))
}

fn parse_power_of_two(digits: &[u8], shift: u32) -> Int {
    let mut mag = Vec::with_capacity(digits.len() * shift as usize / 64 + 1);
    let (mut acc, mut have) = (0u128, 0);
    for &b in digits.iter().rev() {
        acc |= u128::from(digit_of(b)) << have;
        have += shift;
        if have >= 64 {
            mag.push(acc as u64);
            acc >>= 64;
            have -= 64;
        }
    }
    mag.push(acc as u64);
    Int::new(false, mag)
}

/// The number in a base from 2 to 36, lower-case, with `-` but no prefix.
pub fn to_string(a: IntRef<'_>, base: u32) -> String {
    let mut out = String::new();
    if a.neg {
        out.push('-');
    }
    match a.mag {
        [] => out.push('0'),
        _ if base.is_power_of_two() => push_power_of_two(&mut out, a, base.trailing_zeros()),
        [m] if base == 10 => out.push_str(&m.to_string()),
        mag if base == 10 && mag.len() <= SHORT => push_short_decimal(&mut out, mag),
        _ => {
            let u = a.ubig();
            if base == 10 {
                out.push_str(&u.to_string());
            } else {
                out.push_str(&u.in_radix(base as u8).to_string());
            }
        }
    }
    out
}

/// Limbs up to which dividing again and again is the fastest way.
const SHORT: usize = 12;

/// The decimal digits of a magnitude of at most [`SHORT`] limbs: nine by nine, from the end.
fn push_short_decimal(out: &mut String, mag: &[u64]) {
    const GROUP: u64 = 1_000_000_000;
    let mut halves = [0_u32; 2 * SHORT];
    for (pair, limb) in halves.chunks_exact_mut(2).zip(mag) {
        pair.copy_from_slice(&[*limb as u32, (*limb >> 32) as u32]);
    }
    // Each group takes nearly 30 bits.
    let mut groups = [0_u32; 2 * SHORT * 32 / 29 + 1];
    let (mut used, mut count) = (2 * mag.len().min(SHORT), 0);
    loop {
        while used > 0 && halves[used - 1] == 0 {
            used -= 1;
        }
        if used == 0 {
            break;
        }
        let mut rest = 0;
        for half in halves[..used].iter_mut().rev() {
            let current = rest << 32 | u64::from(*half);
            *half = (current / GROUP) as u32;
            rest = current % GROUP;
        }
        groups[count] = rest as u32;
        count += 1;
    }
    let Some((first, others)) = groups[..count].split_last() else { return out.push('0') };
    out.push_str(&first.to_string());
    for group in others.iter().rev() {
        let mut digits = [0; 9];
        let mut left = *group;
        for digit in digits.iter_mut().rev() {
            *digit = (left % 10) as u8;
            left /= 10;
        }
        out.extend(digits.map(|digit| char::from(b'0' + digit)));
    }
}

fn push_power_of_two(out: &mut String, a: IntRef<'_>, shift: u32) {
    let digits = crate::bitwise::bit_length(a).div_ceil(u64::from(shift));
    for i in (0..digits).rev() {
        let bit = i * u64::from(shift);
        let (limb, off) = ((bit / 64) as usize, (bit % 64) as u32);
        let high = a.mag.get(limb + 1).copied().unwrap_or(0);
        let window = u128::from(a.mag[limb]) | u128::from(high) << 64;
        let d = (window >> off) as u32 & ((1 << shift) - 1);
        out.push(char::from_digit(d, 36).unwrap_or('?'));
    }
}

/// `str(a)`.
pub fn to_decimal(a: IntRef<'_>) -> String {
    to_string(a, 10)
}

/// Whether the decimal spelling surely has more than `limit` digits; cheap,
/// to be asked before converting. 0 means no limit.
pub fn exceeds_digits(a: IntRef<'_>, limit: usize) -> bool {
    // bits * log10(2) bounds the digit count from below within one.
    let bits = crate::bitwise::bit_length(a);
    limit > 0 && bits > 0 && ((bits - 1) as f64 * core::f64::consts::LOG10_2) as u64 >= limit as u64
}
