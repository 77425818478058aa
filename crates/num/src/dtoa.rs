//! Floats to decimal text: `repr` and the `e f g r` conversions, correctly
//! rounded at any precision.

use std::io::Write;

/// Asks for a sign on positive numbers too.
pub const SIGN: u8 = 1;
/// Asks for `.0` when the result looks like an integer.
pub const ADD_DOT_0: u8 = 2;
/// The `#` form: keep the point and trailing zeros.
pub const ALT: u8 = 4;
/// Turn a negative zero result into a positive one (`z`).
pub const NO_NEG_0: u8 = 8;

/// More digits than any double has; beyond, everything is zero.
const EXACT: usize = 1100;

/// Digits and the position of the decimal point, as in `0.DIGITS * 10**point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    /// ASCII digits without leading zero (except for zero itself).
    pub digits: Vec<u8>,
    /// Where the point goes, counted from the first digit.
    pub point: i32,
}

fn from_exp_text(text: &str) -> Digits {
    let (m, e) = text.split_once('e').unwrap_or((text, "0"));
    let digits = m.bytes().filter(|b| *b != b'.').collect();
    Digits { digits, point: e.parse::<i32>().unwrap_or(0) + 1 }
}

/// The shortest digits that read back as `x` (finite, not negative).
pub fn shortest(x: f64) -> Digits {
    // As many as 17 digits, the point, `e-` and three more.
    let mut text = [0; 32];
    let left = {
        let mut rest = &mut text[..];
        // There is room.
        let _ = write!(rest, "{x:e}");
        rest.len()
    };
    let n = text.len() - left;
    let mut digits = from_exp_text(core::str::from_utf8(&text[..n]).unwrap_or("0"));
    to_even(&mut digits, x);
    digits
}

/// Where `x` lies in the middle of two shortest texts, the even one is meant: the library rounds up.
///
/// Only numbers with few bits after the point lie in the middle: if there are `places` decimals, `x` is an odd multiple
/// of `2**-(places + 1)`, and has one decimal more, a 5.
fn to_even(shortest: &mut Digits, x: f64) {
    let places = shortest.digits.len() as i32 - shortest.point;
    if shortest.digits.len() < 15 || !(1..=20).contains(&places) {
        return;
    }
    let scaled = x * f64::from(1 << (places + 1));
    if scaled >= (1_u64 << 53) as f64 || scaled.fract() != 0.0 || scaled % 2.0 == 0.0 {
        return;
    }
    let below = scaled as u128 * 5_u128.pow(places as u32 + 1) / 10;
    let is = |n: u128| n.to_string().as_bytes() == shortest.digits;
    if is(below) || is(below + 1) {
        shortest.digits = (below + below % 2).to_string().into_bytes();
    }
}

/// `count >= 1` significant digits of `x` (finite, not negative).
pub fn significant(x: f64, count: usize) -> Digits {
    let mut d = from_exp_text(&format!("{:.*e}", count.min(EXACT) - 1, x));
    d.digits.resize(count, b'0');
    d
}

/// `x` (finite, not negative) with `places` digits after the point.
pub fn fixed(x: f64, places: usize) -> String {
    if let Some(text) = fixed_by_integers(x, places) {
        return text;
    }
    let mut s = format!("{:.*}", places.min(EXACT), x);
    for _ in EXACT..places {
        s.push('0');
    }
    s
}

/// As [`fixed`] where the scaled value is an integer of 128 bits before it is rounded and one of 64
/// afterwards: numbers of everyday size and precision, several times faster than digit by digit.
fn fixed_by_integers(x: f64, places: usize) -> Option<String> {
    let scale = 10_u64.checked_pow(u32::try_from(places).ok().filter(|n| *n <= 15)?)?;
    let (bits, hidden) = (x.to_bits(), 1_u64 << 52);
    let exponent = (bits >> 52) as i32 - 1075;
    // Larger ones do not fit; smaller ones, zero and numbers without a hidden bit are rare.
    if !(-112..=10).contains(&exponent) {
        return None;
    }
    let mantissa = u128::from(bits & (hidden - 1) | hidden) * u128::from(scale);
    let scaled = if exponent >= 0 {
        mantissa << exponent
    } else {
        let (half, whole) = (1_u128 << (-exponent - 1), mantissa >> -exponent);
        let rest = mantissa & ((half << 1) - 1);
        // Ties go to the even neighbour.
        whole + u128::from(rest > half || rest == half && whole & 1 == 1)
    };
    let mut text = format!("{:0width$}", u64::try_from(scaled).ok()?, width = places + 1);
    if places > 0 {
        text.insert(text.len() - places, '.');
    }
    Some(text)
}

/// `repr(x)`.
pub fn repr(x: f64) -> String {
    double_to_string(x, b'r', 0, ADD_DOT_0)
}

/// Formats `x` in style `code`: one of `e f g r`, or upper-case `E F G` for
/// upper-case exponents and names. `r` ignores the precision.
pub fn double_to_string(x: f64, code: u8, precision: usize, flags: u8) -> String {
    let upper = code.is_ascii_uppercase();
    let s = signed_body(x, code.to_ascii_lowercase(), precision, flags);
    if upper { s.to_ascii_uppercase() } else { s }
}

fn signed_body(x: f64, code: u8, precision: usize, flags: u8) -> String {
    if x.is_nan() {
        return if flags & SIGN != 0 { "+nan".into() } else { "nan".into() };
    }
    let a = x.abs();
    // Room for the sign and the longest `repr`.
    let mut s = String::with_capacity(25);
    let sign = x.is_sign_negative() || flags & SIGN != 0;
    if sign {
        s.push(if x.is_sign_negative() { '-' } else { '+' });
    }
    if a.is_infinite() {
        s.push_str("inf");
    } else {
        match code {
            b'f' => fixed_body(&mut s, a, precision, flags),
            b'e' => exp_body(&mut s, &significant(a, precision.saturating_add(1)), flags),
            b'g' => {
                let p = precision.max(1);
                let limit = if flags & ADD_DOT_0 != 0 { p as i64 - 1 } else { p as i64 };
                general(&mut s, significant_stripped(a, p, flags), limit, flags);
            }
            _ => general(&mut s, shortest(a), 16, flags),
        }
    }
    if flags & NO_NEG_0 != 0
        && x.is_sign_negative()
        && !s.bytes().any(|b| matches!(b, b'1'..=b'9' | b'i'))
    {
        s.replace_range(..1, if flags & SIGN != 0 { "+" } else { "" });
    }
    s
}

fn fixed_body(s: &mut String, a: f64, precision: usize, flags: u8) {
    s.push_str(&fixed(a, precision));
    if precision == 0 {
        if flags & ALT != 0 {
            s.push('.');
        } else if flags & ADD_DOT_0 != 0 {
            s.push_str(".0");
        }
    }
}

fn significant_stripped(a: f64, p: usize, flags: u8) -> Digits {
    // Asking for more digits than a double has only to strip them is slow.
    let mut d = if flags & ALT != 0 { significant(a, p) } else { significant(a, p.min(EXACT)) };
    if flags & ALT == 0 {
        while d.digits.len() > 1 && d.digits.last() == Some(&b'0') {
            d.digits.pop();
        }
    }
    d
}

/// Chooses between fixed and exponent notation; zero has its point at 1.
fn general(s: &mut String, mut d: Digits, limit: i64, flags: u8) {
    if d.digits.iter().all(|b| *b == b'0') {
        d.point = 1;
    }
    let point = i64::from(d.point);
    if point <= -4 || point > limit {
        return exp_body(s, &d, flags);
    }
    let text = core::str::from_utf8(&d.digits).unwrap_or_default();
    if point <= 0 {
        s.push_str("0.");
        s.extend(core::iter::repeat_n('0', (-point) as usize));
        return s.push_str(text);
    }
    let point = point as usize;
    if let Some((whole, rest)) = text.split_at_checked(point).filter(|(_, rest)| !rest.is_empty()) {
        s.push_str(whole);
        s.push('.');
        return s.push_str(rest);
    }
    s.push_str(text);
    s.extend(core::iter::repeat_n('0', point - d.digits.len()));
    if flags & ADD_DOT_0 != 0 {
        s.push_str(".0");
    } else if flags & ALT != 0 {
        s.push('.');
    }
}

fn exp_body(s: &mut String, d: &Digits, flags: u8) {
    s.push(d.digits[0] as char);
    if d.digits.len() > 1 || flags & ALT != 0 {
        s.push('.');
    }
    s.extend(d.digits[1..].iter().map(|b| *b as char));
    let e = d.point - 1;
    s.push('e');
    s.push(if e < 0 { '-' } else { '+' });
    s.push_str(&format!("{:02}", e.abs()));
}
