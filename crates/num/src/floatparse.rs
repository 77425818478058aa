//! Text to float with Python's acceptance rules.

use crate::radix::{strip_underscores, trim_space};

/// How many bytes at the start of `s` spell a float (no white space, no
/// underscores), and its value.
pub fn parse_prefix(s: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    let neg = s.first() == Some(&b'-');
    let rest = &s[sign..];
    if rest.first().is_some_and(u8::is_ascii_alphabetic) {
        let (v, n) = special(rest)?;
        return Some((if neg { -v } else { v }, sign + n));
    }
    let mut mantissa = 0_u64;
    let mut digits = |from: usize| {
        let found = rest.get(from..).unwrap_or(&[]).iter().take_while(|b| b.is_ascii_digit());
        let count = found.clone().count();
        found.for_each(|b| mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(b & 15)));
        count
    };
    let int = digits(0);
    let mut end = int;
    let mut frac = 0;
    if rest.get(int) == Some(&b'.') {
        frac = digits(int + 1);
        end = int + 1 + frac;
    }
    if int + frac == 0 {
        return None;
    }
    let mut exponent = Some(0);
    if matches!(rest.get(end), Some(b'e' | b'E')) {
        let es = end + 1 + usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        let n = rest.get(es..).unwrap_or(&[]).iter().take_while(|b| b.is_ascii_digit()).count();
        if n > 0 {
            exponent = small(&rest[es..es + n], rest[end + 1] == b'-');
            end = es + n;
        }
    }
    let v = match exponent.and_then(|exponent| exact(mantissa, int + frac, exponent - frac as i64))
    {
        Some(v) => v,
        None => core::str::from_utf8(&rest[..end]).ok()?.parse().ok()?,
    };
    Some((if neg { -v } else { v }, sign + end))
}

/// An exponent of few digits.
fn small(digits: &[u8], negative: bool) -> Option<i64> {
    if digits.len() > 4 {
        return None;
    }
    let n = digits.iter().fold(0, |n, b| n * 10 + i64::from(b & 15));
    Some(if negative { -n } else { n })
}

/// The powers of ten that are doubles.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// A mantissa of so many digits times a power of ten, if both are doubles: then one operation rounds correctly.
fn exact(mantissa: u64, digits: usize, exponent: i64) -> Option<f64> {
    // More digits may not fit the mantissa.
    if digits > 19 || mantissa > 1 << 53 {
        return None;
    }
    let power = *POWERS.get(exponent.unsigned_abs() as usize)?;
    let mantissa = mantissa as f64;
    Some(if exponent < 0 { mantissa / power } else { mantissa * power })
}

fn special(s: &[u8]) -> Option<(f64, usize)> {
    let starts = |w: &[u8]| s.len() >= w.len() && s[..w.len()].eq_ignore_ascii_case(w);
    if starts(b"infinity") {
        Some((f64::INFINITY, 8))
    } else if starts(b"inf") {
        Some((f64::INFINITY, 3))
    } else if starts(b"nan") {
        Some((f64::NAN, 3))
    } else {
        None
    }
}

/// Removes underscores, which must stand between two digits.
pub(crate) fn without_underscores(s: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(s.len());
    let mut prev = 0u8;
    for (i, &b) in s.iter().enumerate() {
        if b == b'_' {
            let next = s.get(i + 1).copied().unwrap_or(0);
            if !prev.is_ascii_digit() || !next.is_ascii_digit() {
                return None;
            }
        } else {
            out.push(b);
        }
        prev = b;
    }
    Some(out)
}

/// `float(text)`: surrounding space allowed. Decimal digits of other scripts
/// must have been turned into ASCII before.
pub fn parse(text: &[u8]) -> Option<f64> {
    let s = trim_space(text);
    if s.contains(&b'_') {
        let clean = without_underscores(s)?;
        return parse_all(&clean);
    }
    parse_all(s)
}

fn parse_all(s: &[u8]) -> Option<f64> {
    match parse_prefix(s) {
        Some((v, n)) if n == s.len() => Some(v),
        _ => None,
    }
}

/// Parses a float or decimal-integer literal of source code that a tokenizer
/// has already accepted.
pub fn parse_literal(text: &[u8]) -> Option<f64> {
    parse_all(&strip_underscores(text).ok()?)
}
