//! The special functions of `math` that the standard library of Rust lacks,
//! and Python's error rules for the ones it has.

use crate::{NumError, Result};

const FACTORIALS: [f64; 23] = [
    1.0,
    1.0,
    2.0,
    6.0,
    24.0,
    120.0,
    720.0,
    5040.0,
    40320.0,
    362880.0,
    3628800.0,
    39916800.0,
    479001600.0,
    6227020800.0,
    87178291200.0,
    1307674368000.0,
    20922789888000.0,
    355687428096000.0,
    6402373705728000.0,
    121645100408832000.0,
    2432902008176640000.0,
    51090942171709440000.0,
    1124000727777607680000.0,
];

/// `math.gamma(x)`.
pub fn gamma(x: f64) -> Result<f64> {
    if x.is_nan() || x == f64::INFINITY {
        return Ok(x);
    }
    if x == f64::NEG_INFINITY || x == 0.0 || (x < 0.0 && x == x.floor()) {
        return Err(NumError::Domain);
    }
    if x == x.floor() && x <= FACTORIALS.len() as f64 {
        return Ok(FACTORIALS[x as usize - 1]);
    }
    let r = libm::tgamma(x);
    if r.is_infinite() { Err(NumError::Overflow) } else { Ok(r) }
}

/// `math.lgamma(x)`.
pub fn lgamma(x: f64) -> Result<f64> {
    if x.is_nan() {
        return Ok(x);
    }
    if x.is_infinite() {
        return Ok(f64::INFINITY);
    }
    if x <= 0.0 && x == x.floor() {
        return Err(NumError::Domain);
    }
    let r = libm::lgamma(x);
    if r.is_infinite() { Err(NumError::Overflow) } else { Ok(r) }
}

/// `math.erf(x)`.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// `math.erfc(x)`.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// `math.cbrt(x)`.
pub fn cbrt(x: f64) -> f64 {
    x.cbrt()
}

/// `math.fma(x, y, z)`.
pub fn fma(x: f64, y: f64, z: f64) -> Result<f64> {
    let r = libm::fma(x, y, z);
    if r.is_finite() {
        return Ok(r);
    }
    if r.is_nan() {
        let had_nan = x.is_nan() || y.is_nan() || z.is_nan();
        return if had_nan { Ok(r) } else { Err(NumError::Domain) };
    }
    if x.is_finite() && y.is_finite() && z.is_finite() { Err(NumError::Overflow) } else { Ok(r) }
}

/// `math.nextafter(x, y)`.
pub fn nextafter(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == y {
        y
    } else if y > x {
        x.next_up()
    } else {
        x.next_down()
    }
}

/// `math.nextafter(x, y, steps=n)`.
pub fn nextafter_steps(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x == y {
        return y;
    }
    // Order all doubles as integers; negative ones count downwards.
    let key = |v: f64| {
        let m = (v.to_bits() & !(1 << 63)) as i128;
        if v.is_sign_negative() { -m } else { m }
    };
    let (a, b) = (key(x), key(y));
    let step = i128::from(steps);
    if (b - a).abs() <= step {
        return y;
    }
    let k = if b > a { a + step } else { a - step };
    let v = f64::from_bits(k.unsigned_abs() as u64);
    if k < 0 || (k == 0 && x.is_sign_negative()) { -v } else { v }
}

/// `math.ulp(x)`.
pub fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let up = x.next_up();
    if up.is_infinite() { x - x.next_down() } else { up - x }
}

/// `math.remainder(x, y)`, IEEE 754 style.
pub fn remainder(x: f64, y: f64) -> Result<f64> {
    if x.is_nan() || y.is_nan() {
        return Ok(f64::NAN);
    }
    if x.is_infinite() || y == 0.0 {
        return Err(NumError::Domain);
    }
    if y.is_infinite() {
        return Ok(x);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let m = ax % ay;
    let c = ay - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        m - 2.0 * ((0.5 * (ax - m)) % ay)
    };
    Ok(1.0f64.copysign(x) * r)
}

/// `math.log` of a float: `Domain` at and below zero.
pub fn ln(x: f64) -> Result<f64> {
    if x > 0.0 || x.is_nan() { Ok(x.ln()) } else { Err(NumError::Domain) }
}

/// `math.log2` of a float.
pub fn log2(x: f64) -> Result<f64> {
    if x > 0.0 || x.is_nan() { Ok(libm::log2(x)) } else { Err(NumError::Domain) }
}

/// `math.log10` of a float.
pub fn log10(x: f64) -> Result<f64> {
    if x > 0.0 || x.is_nan() { Ok(x.log10()) } else { Err(NumError::Domain) }
}

/// A logarithm of an integer of any size, by the function for floats.
pub fn log_int(a: crate::IntRef<'_>, log: fn(f64) -> Result<f64>) -> Result<f64> {
    if a.neg || a.is_zero() {
        return Err(NumError::Domain);
    }
    match crate::convert::to_f64(a) {
        Ok(x) => log(x),
        Err(_) => {
            let (m, e) = crate::convert::frexp(a);
            Ok(log(m)? + log(2.0)? * e as f64)
        }
    }
}

/// `math.frexp(x)`.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() { (x, 0) } else { libm::frexp(x) }
}

/// `math.ldexp(x, e)`.
pub fn ldexp(x: f64, e: i64) -> Result<f64> {
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let r = crate::convert::ldexp(x, e);
    if r.is_infinite() { Err(NumError::Overflow) } else { Ok(r) }
}

/// `math.modf(x)`: the fractional and the integral part.
pub fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0.0f64.copysign(x), x);
    }
    let i = x.trunc();
    ((x - i).copysign(x), i)
}

/// `math.isclose` with its tolerances (which must not be negative).
pub fn is_close(a: f64, b: f64, rel: f64, abs: f64) -> bool {
    if a == b {
        return true;
    }
    if a.is_infinite() || b.is_infinite() {
        return false;
    }
    let diff = (b - a).abs();
    diff <= (rel * b).abs() || diff <= (rel * a).abs() || diff <= abs
}
