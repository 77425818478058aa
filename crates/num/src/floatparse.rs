//! Text to float with Python's acceptance rules.

use crate::radix::{strip_underscores, trim_space};

/// How many bytes at the start of `s` spell a float (no white space, no
/// underscores), and its value.
pub fn parse_prefix(s: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    let neg = s.first() == Some(&b'-');
    let rest = &s[sign..];
    if let Some((v, n)) = special(rest) {
        return Some((if neg { -v } else { v }, sign + n));
    }
    let digits = |from: usize| {
        rest[from.min(rest.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
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
    if matches!(rest.get(end), Some(b'e' | b'E')) {
        let es = end + 1 + usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        let n = digits(es);
        if n > 0 {
            end = es + n;
        }
    }
    let v: f64 = core::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    Some((if neg { -v } else { v }, sign + end))
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
