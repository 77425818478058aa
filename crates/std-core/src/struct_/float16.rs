//! Half-precision floats.

/// The number of a half.
pub(super) fn decode(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((bits >> 10) & 0x1f, (bits & 0x3ff) as f64);
    match exponent {
        0 => sign * fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => f64::NAN.copysign(sign),
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent as i32 - 15),
    }
}

/// The nearest half, ties to even; `None` if the number is too large.
pub(super) fn encode(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let a = x.abs();
    if a < 2f64.powi(-14) {
        // Subnormal: a multiple of 2^-24; rounding up may reach the least normal, which fits.
        return Some(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let mut exponent = a.log2().floor() as i32;
    if 2f64.powi(exponent) > a {
        exponent -= 1;
    } else if 2f64.powi(exponent + 1) <= a {
        exponent += 1;
    }
    let mut fraction = ((a / 2f64.powi(exponent) - 1.0) * 1024.0).round_ties_even() as u16;
    if fraction == 1024 {
        fraction = 0;
        exponent += 1;
    }
    if exponent > 15 {
        return None;
    }
    Some(sign | ((exponent + 15) as u16) << 10 | fraction)
}
