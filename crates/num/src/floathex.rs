//! `float.hex` and `float.fromhex`.

use crate::convert::{decode, ldexp};
use crate::radix::trim_space;
use crate::{NumError, Result};

/// `x.hex()`.
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return crate::dtoa::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (m, e) = decode(x);
    let lead = m >> 52;
    let frac = m & ((1 << 52) - 1);
    let exp = e + 52;
    format!("{sign}0x{lead}.{frac:013x}p{exp:+}")
}

fn special(s: &[u8]) -> Option<f64> {
    let (neg, rest) = match s.first() {
        Some(b'-') => (true, &s[1..]),
        Some(b'+') => (false, &s[1..]),
        _ => (false, s),
    };
    let v = match rest.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        _ => return None,
    };
    Some(if neg { -v } else { v })
}

/// The pieces of a hexadecimal float.
struct Parts<'a> {
    neg: bool,
    int: &'a [u8],
    frac: &'a [u8],
    exp: i64,
}

fn split(s: &[u8]) -> Option<Parts<'_>> {
    let mut i = 0;
    let neg = s.first() == Some(&b'-');
    if matches!(s.first(), Some(b'+' | b'-')) {
        i = 1;
    }
    if s.get(i) == Some(&b'0') && matches!(s.get(i + 1), Some(b'x' | b'X')) {
        i += 2;
    }
    let run = |from: usize| s[from..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let n = run(i);
    let int = &s[i..i + n];
    i += n;
    let mut frac: &[u8] = &[];
    if s.get(i) == Some(&b'.') {
        let n = run(i + 1);
        frac = &s[i + 1..i + 1 + n];
        i += 1 + n;
    }
    if int.is_empty() && frac.is_empty() {
        return None;
    }
    let mut exp = 0;
    if matches!(s.get(i), Some(b'p' | b'P')) {
        let text = core::str::from_utf8(&s[i + 1..]).ok()?;
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let big = digits.trim_start_matches('0').len() > 17;
        let v = if big { i64::MAX / 4 } else { digits.parse().ok()? };
        exp = if text.starts_with('-') { -v } else { v };
        i = s.len();
    }
    (i == s.len()).then_some(Parts { neg, int, frac, exp })
}

/// `float.fromhex(text)`: `Domain` for bad syntax ("invalid hexadecimal
/// floating-point string"), `Overflow` when too large ("hexadecimal value too
/// large to represent as a float").
pub fn from_hex(text: &[u8]) -> Result<f64> {
    let s = trim_space(text);
    if let Some(v) = special(s) {
        return Ok(v);
    }
    let p = split(s).ok_or(NumError::Domain)?;
    let sign = |v: f64| if p.neg { -v } else { v };
    // The first 60 bits of the digits; the rest only says "something more".
    let (mut m, mut exp, mut sticky) = (0u64, p.exp, false);
    for (i, b) in p.int.iter().chain(p.frac).enumerate() {
        let d = u64::from((*b as char).to_digit(16).unwrap_or(0));
        let in_frac = i >= p.int.len();
        if m >> 56 == 0 {
            m = m << 4 | d;
            exp -= if in_frac { 4 } else { 0 };
        } else {
            sticky |= d != 0;
            exp += if in_frac { 0 } else { 4 };
        }
    }
    if m == 0 {
        return Ok(sign(0.0));
    }
    let v = round_scaled(m, exp, sticky);
    if v.is_infinite() { Err(NumError::Overflow) } else { Ok(sign(v)) }
}

/// `m * 2**exp` (plus a bit more when `sticky`), rounded once, half to even.
fn round_scaled(m: u64, exp: i64, sticky: bool) -> f64 {
    let bits = 64 - i64::from(m.leading_zeros());
    let top = bits.saturating_add(exp);
    if top > 1100 {
        return f64::INFINITY;
    }
    if top < -1100 {
        return 0.0;
    }
    // How many low bits do not fit: limited by 53 bits and by 2**-1074.
    let drop = (bits - 53).max(-1074 - exp);
    if drop <= 0 {
        return ldexp(m as f64, exp);
    }
    if drop > 63 {
        return 0.0;
    }
    let half = 1u64 << (drop - 1);
    let low = m & (2 * half - 1);
    let mut q = m >> drop;
    if low > half || (low == half && (sticky || q & 1 == 1)) {
        q += 1;
    }
    ldexp(q as f64, exp + drop)
}
