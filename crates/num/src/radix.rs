//! Integers to text and back, with Python's exact acceptance rules.

use crate::int::{Int, IntRef};
use dashu_int::UBig;
use std::borrow::Cow;

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Not the spelling of an integer in this base.
    Invalid,
    /// More decimal digits than the limit allows; holds their number.
    TooManyDigits(usize),
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 0x09..=0x0d)
}

/// Strips what counts as white space around numbers: not all that does elsewhere.
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

/// The number that up to eighteen decimal digits spell, after a minus sign or none: nearly all that is parsed. `None` for
/// all else, which may be a number, too.
pub fn parse_plain(text: &[u8]) -> Option<i64> {
    let (neg, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut n = 0;
    for digit in digits {
        n = n * 10 + i64::from(digit.is_ascii_digit().then_some(digit & 15)?);
    }
    Some(if neg { -n } else { n })
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
pub(crate) fn strip_underscores(s: &[u8]) -> Result<Cow<'_, [u8]>, ParseError> {
    if !s.is_empty() && !s.contains(&b'_') {
        return Ok(Cow::Borrowed(s));
    }
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
    if last == b'_' { Err(ParseError::Invalid) } else { Ok(Cow::Owned(out)) }
}

/// What each byte is worth as a digit, 99 for those that are none.
const DIGITS: [u8; 256] = {
    let mut worth = [99; 256];
    let mut i = 0;
    while i < 36 {
        let c = if i < 10 { b'0' + i } else { b'a' + i - 10 };
        worth[c as usize] = i;
        worth[c.to_ascii_uppercase() as usize] = i;
        i += 1;
    }
    worth
};

fn digit_of(b: u8) -> u32 {
    u32::from(DIGITS[b as usize])
}

/// Decimal digits that surely fit a limb.
const GROUP_DIGITS: usize = 19;
/// One more than those digits can say. Its highest bit is set.
const GROUP: u64 = 10_u64.pow(GROUP_DIGITS as u32);
/// Decimal digits up to which multiplying group by group is the fastest way.
const SHORT_DIGITS: usize = 400;

fn parse_short_decimal(digits: &[u8]) -> Int {
    let mut mag: Vec<u64> = Vec::with_capacity(digits.len() / GROUP_DIGITS + 1);
    let (first, rest) = digits.split_at(digits.len() % GROUP_DIGITS);
    for group in core::iter::once(first).chain(rest.chunks_exact(GROUP_DIGITS)) {
        let mut carry = group.iter().fold(0, |n, b| n * 10 + u64::from(b & 15));
        for limb in &mut mag {
            let wide = u128::from(*limb) * u128::from(GROUP);
            let wide = wide + u128::from(carry);
            *limb = wide as u64;
            carry = (wide >> 64) as u64;
        }
        if carry != 0 {
            mag.push(carry);
        }
    }
    Int::new(false, mag)
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
    if base == 10 && digits.len() <= SHORT_DIGITS {
        return Ok(parse_short_decimal(digits));
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
    if base == 10
        && let Some(text) = short_decimal(a, &mut [0; SHORT_TEXT])
    {
        return String::from_utf8_lossy(text).into_owned();
    }
    let mut out = String::new();
    if a.neg {
        out.push('-');
    }
    match a.mag {
        [] => out.push('0'),
        _ if base.is_power_of_two() => push_power_of_two(&mut out, a, base.trailing_zeros()),
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

/// Divides two limbs, of which the high one is less than [`GROUP`], by it: quotient and remainder. Multiplying by the
/// reciprocal is off by one at most, either way (Möller and Granlund, "Improved division by invariant integers").
fn divide_by_group(high: u64, low: u64) -> (u64, u64) {
    const RECIPROCAL: u64 = (u128::MAX / GROUP as u128 - (1 << 64)) as u64;
    let product = u128::from(RECIPROCAL) * u128::from(high);
    let product = product.wrapping_add(u128::from(high) << 64 | u128::from(low));
    let mut quotient = ((product >> 64) as u64).wrapping_add(1);
    let mut rest = low.wrapping_sub(quotient.wrapping_mul(GROUP));
    if rest > product as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(GROUP);
    }
    if rest >= GROUP {
        quotient = quotient.wrapping_add(1);
        rest -= GROUP;
    }
    (quotient, rest)
}

const EIGHT_DIGITS: u64 = 100_000_000;

/// A number of eight decimal digits at most, in eight digits: all lanes of a word are divided at once.
fn eight_digits(n: u64) -> [u8; 8] {
    // Two lanes of four digits, four of two, eight of one. Each product tells the quotient of all that a lane can hold.
    let fours = n / 10_000 | (n % 10_000) << 32;
    let hundreds = (fours * 10_486 >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = (twos * 103 >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | (twos - tens * 10) << 8;
    (ones | 0x3030_3030_3030_3030).to_le_bytes()
}

/// Room for the digits of a short number and its sign: a limb takes less than 20 digits.
pub const SHORT_TEXT: usize = SHORT * 20 + GROUP_DIGITS + 1;

/// `str(a)` for a number of at most [`SHORT`] limbs, in `text`: nineteen digits by nineteen, from the end.
pub fn short_decimal<'a>(a: IntRef<'_>, text: &'a mut [u8; SHORT_TEXT]) -> Option<&'a [u8]> {
    let mag = a.mag;
    if mag.is_empty() || mag.len() > SHORT {
        return None;
    }
    let mut limbs = [0; SHORT];
    limbs[..mag.len()].copy_from_slice(mag);
    let (mut used, mut start) = (mag.len(), text.len());
    while used > 0 {
        let mut rest = 0;
        for limb in limbs[..used].iter_mut().rev() {
            (*limb, rest) = divide_by_group(rest, *limb);
        }
        while used > 0 && limbs[used - 1] == 0 {
            used -= 1;
        }
        let end = start;
        start -= GROUP_DIGITS;
        let high = rest / EIGHT_DIGITS;
        let (first, second) =
            (eight_digits(high / EIGHT_DIGITS), eight_digits(high % EIGHT_DIGITS));
        text[start..end - 16].copy_from_slice(&first[8 + 16 - GROUP_DIGITS..]);
        text[end - 16..end - 8].copy_from_slice(&second);
        text[end - 8..end].copy_from_slice(&eight_digits(rest % EIGHT_DIGITS));
    }
    // The first group is not filled up.
    start += text[start..].iter().take_while(|digit| **digit == b'0').count();
    if a.neg {
        start -= 1;
        text[start] = b'-';
    }
    Some(&text[start..])
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
