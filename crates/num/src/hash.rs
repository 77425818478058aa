//! Python's numeric hash: reduction modulo the prime 2**61 - 1.

use crate::int::IntRef;

/// The modulus, `sys.hash_info.modulus`.
pub const MODULUS: u64 = (1 << 61) - 1;
/// `sys.hash_info.inf`.
pub const INF: i64 = 314_159;
/// `sys.hash_info.imag`.
pub const IMAG: u64 = 1_000_003;

/// `hash(int)`.
pub fn int(a: IntRef<'_>) -> i64 {
    // 2**64 is 8 modulo the prime.
    let h = a
        .mag
        .iter()
        .rev()
        .fold(0u64, |h, m| ((u128::from(h) * 8 + u128::from(*m)) % u128::from(MODULUS)) as u64);
    finish(a.neg, h)
}

/// `hash(int)` of a small one.
#[inline]
pub fn small(v: i64) -> i64 {
    finish(v < 0, v.unsigned_abs() % MODULUS)
}

#[inline]
fn finish(neg: bool, h: u64) -> i64 {
    let h = if neg { -(h as i64) } else { h as i64 };
    if h == -1 { -2 } else { h }
}

/// `hash(float)`; NaN hashes by identity, so the caller gives `None` its own.
pub fn float(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { INF } else { -INF });
    }
    let (mut m, mut e) = libm::frexp(x.abs());
    let mut h = 0u64;
    while m != 0.0 {
        h = (h << 28 & MODULUS) | h >> (61 - 28);
        m *= 268_435_456.0;
        e -= 28;
        let y = m as u64;
        m -= y as f64;
        h += y;
        if h >= MODULUS {
            h -= MODULUS;
        }
    }
    let e = e.rem_euclid(61) as u32;
    h = (h << e & MODULUS) | if e == 0 { 0 } else { h >> (61 - e) };
    Some(finish(x < 0.0, h))
}

/// `hash(complex)` from the hashes of its parts.
pub fn complex(real: i64, imag: i64) -> i64 {
    let h = (real as u64).wrapping_add(IMAG.wrapping_mul(imag as u64)) as i64;
    if h == -1 { -2 } else { h }
}
