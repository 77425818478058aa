//! Between integers and floats, correctly rounded.

use crate::bitwise::{bit_length, shl_bits, shr_bits};
use crate::int::{Int, IntRef};
use crate::{NumError, Result};
use core::cmp::Ordering;

/// `x * 2**e`, rounded once.
pub fn ldexp(x: f64, e: i64) -> f64 {
    libm::ldexp(x, e.clamp(-5000, 5000) as i32)
}

/// The nearest float, ties to even; too large is `Overflow`.
pub fn to_f64(a: IntRef<'_>) -> Result<f64> {
    let bits = bit_length(a);
    if bits <= 64 {
        let v = a.mag.first().copied().unwrap_or(0) as f64;
        return Ok(if a.neg { -v } else { v });
    }
    if bits > 1024 {
        return Err(NumError::Overflow);
    }
    // The top 64 bits, the lowest of which also stands for everything below.
    let shift = bits - 64;
    let (limb, off) = ((shift / 64) as usize, (shift % 64) as u32);
    let window =
        u128::from(a.mag[limb]) | u128::from(a.mag.get(limb + 1).copied().unwrap_or(0)) << 64;
    let mut top = (window >> off) as u64;
    let below = a.mag[..limb].iter().any(|m| *m != 0) || a.mag[limb] & ((1 << off) - 1) != 0;
    top |= u64::from(below);
    let v = ldexp(top as f64, shift as i64);
    if v.is_infinite() {
        return Err(NumError::Overflow);
    }
    Ok(if a.neg { -v } else { v })
}

/// Like [`to_f64`] with infinity on overflow.
pub fn to_f64_lossy(a: IntRef<'_>) -> f64 {
    to_f64(a).unwrap_or(if a.neg { f64::NEG_INFINITY } else { f64::INFINITY })
}

/// `math.frexp` of an integer: a float in `[0.5, 1)` and the exponent.
pub fn frexp(a: IntRef<'_>) -> (f64, i64) {
    let bits = bit_length(a);
    if bits <= 1000 {
        let (m, e) = libm::frexp(to_f64_lossy(a));
        return (m, i64::from(e));
    }
    let shift = bits - 900;
    let mut top = shr_bits(IntRef { neg: false, mag: a.mag }, shift);
    if crate::bitwise::trailing_zeros(a) < shift {
        top.mag[0] |= 1;
    }
    let (m, e) = libm::frexp(to_f64_lossy(top.as_ref()));
    (if a.neg { -m } else { m }, i64::from(e) + shift as i64)
}

/// `int(x)`, towards zero; `None` for NaN and infinity.
pub fn from_f64(x: f64) -> Option<Int> {
    if !x.is_finite() {
        return None;
    }
    let (m, e) = decode(x);
    let a = Int { neg: false, mag: if m == 0 { vec![] } else { vec![m] } };
    let r = if e >= 0 {
        shl_bits(a.as_ref(), e as u64).ok()?
    } else {
        shr_bits(a.as_ref(), e.unsigned_abs())
    };
    Some(Int::new(x < 0.0, r.mag))
}

/// The mantissa and exponent with `|x| == m * 2**e` for finite `x`.
pub fn decode(x: f64) -> (u64, i64) {
    let bits = x.to_bits();
    let exp = (bits >> 52 & 0x7ff) as i64;
    let frac = bits & ((1 << 52) - 1);
    if exp == 0 { (frac, -1074) } else { (frac | 1 << 52, exp - 1075) }
}

/// `x.as_integer_ratio()`; `None` for NaN and infinity.
pub fn as_integer_ratio(x: f64) -> Option<(Int, Int)> {
    if !x.is_finite() {
        return None;
    }
    let (m, e) = decode(x);
    if m == 0 {
        return Some((Int::ZERO, Int::one()));
    }
    let tz = m.trailing_zeros();
    let (m, e) = (m >> tz, e + i64::from(tz));
    let num = Int { neg: x < 0.0, mag: vec![m] };
    if e >= 0 {
        Some((shl_bits(num.as_ref(), e as u64).ok()?, Int::one()))
    } else {
        Some((num, shl_bits(Int::one().as_ref(), e.unsigned_abs()).ok()?))
    }
}

/// `a / b` as a float, rounded once.
pub fn true_divide(a: IntRef<'_>, b: IntRef<'_>) -> Result<f64> {
    if b.is_zero() {
        return Err(NumError::ZeroDivision);
    }
    let neg = a.neg != b.neg;
    let signed = |v: f64| if neg { -v } else { v };
    if a.is_zero() {
        return Ok(signed(0.0));
    }
    let (la, lb) = (bit_length(a), bit_length(b));
    if la <= 53 && lb <= 53 {
        return Ok(signed(a.mag[0] as f64 / b.mag[0] as f64));
    }
    let diff = la as i64 - lb as i64;
    if diff > 1024 {
        return Err(NumError::Overflow);
    }
    if diff < -1075 {
        return Ok(signed(0.0));
    }
    // A quotient of 55 or 56 bits (fewer when subnormal) and a sticky bit.
    let shift = diff.max(-1021) - 55;
    let abs_a = IntRef { neg: false, mag: a.mag };
    let (x, mut inexact) = if shift <= 0 {
        (shl_bits(abs_a, shift.unsigned_abs())?, false)
    } else {
        let lost = crate::bitwise::trailing_zeros(abs_a) < shift as u64;
        (shr_bits(abs_a, shift as u64), lost)
    };
    let (q, r) = crate::div::div_rem_mag(&x.mag, b.mag);
    inexact |= r.iter().any(|m| *m != 0);
    let q = crate::int::trim(&q).first().copied().unwrap_or(0);
    let v = round_quotient(q, shift, inexact);
    if v.is_infinite() { Err(NumError::Overflow) } else { Ok(signed(v)) }
}

/// `q * 2**shift` rounded half-even to a double, where `inexact` says that
/// something below the last bit of `q` was lost.
fn round_quotient(q: u64, shift: i64, inexact: bool) -> f64 {
    let q_bits = 64 - i64::from(q.leading_zeros());
    let extra = q_bits.max(-1021 - shift) - 53;
    let mask = 1u64 << (extra - 1);
    let mut low = q | u64::from(inexact);
    if low & mask != 0 && low & (3 * mask - 1) != 0 {
        low += mask;
    }
    low &= !(2 * mask - 1);
    ldexp(low as f64, shift)
}

/// Compares an integer with a float exactly; `None` when the float is NaN.
pub fn compare_f64(a: IntRef<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let t = from_f64(x)?;
    let o = a.compare(t.as_ref());
    if o != Ordering::Equal {
        return Some(o);
    }
    0.0f64.partial_cmp(&(x - x.trunc()))
}
