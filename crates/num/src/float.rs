//! Float arithmetic where Python differs from the machine: `//`, `%`,
//! `divmod`, `**` and `round`.

use crate::arith;
use crate::convert;
use crate::dtoa;
use crate::int::Int;
use crate::{NumError, Result};

/// `divmod(x, y)`.
pub fn divmod(x: f64, y: f64) -> Result<(f64, f64)> {
    if y == 0.0 {
        return Err(NumError::ZeroDivision);
    }
    let mut m = x % y;
    // (x - m) is nearly a multiple of y.
    let mut div = (x - m) / y;
    if m != 0.0 {
        if (y < 0.0) != (m < 0.0) {
            m += y;
            div -= 1.0;
        }
    } else {
        m = 0.0f64.copysign(y);
    }
    let q = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0.0f64.copysign(x / y)
    };
    Ok((q, m))
}

/// `x % y`.
#[inline]
pub fn modulo(x: f64, y: f64) -> Result<f64> {
    if y == 0.0 {
        return Err(NumError::ZeroDivision);
    }
    let m = x % y;
    if m == 0.0 {
        return Ok(0.0f64.copysign(y));
    }
    Ok(if (y < 0.0) != (m < 0.0) { m + y } else { m })
}

/// `x // y`.
pub fn floordiv(x: f64, y: f64) -> Result<f64> {
    Ok(divmod(x, y)?.0)
}

/// `x / y`.
#[inline]
pub fn divide(x: f64, y: f64) -> Result<f64> {
    if y == 0.0 { Err(NumError::ZeroDivision) } else { Ok(x / y) }
}

/// What `x ** y` gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pow {
    /// A float.
    Real(f64),
    /// A negative base with a fractional exponent: Python answers with a complex.
    Complex,
}

/// `x ** y`: `ZeroDivision` for a zero to a negative power ("zero to a
/// negative power"), `Overflow` when the result is too large.
pub fn pow(x: f64, y: f64) -> Result<Pow> {
    if y == 0.0 || x == 1.0 {
        return Ok(Pow::Real(1.0));
    }
    if x.is_nan() || y.is_nan() {
        return Ok(Pow::Real(f64::NAN));
    }
    if y.is_infinite() || x.is_infinite() {
        return Ok(Pow::Real(x.powf(y)));
    }
    if x == 0.0 {
        return if y < 0.0 { Err(NumError::ZeroDivision) } else { Ok(Pow::Real(x.powf(y))) };
    }
    if x < 0.0 && y != y.floor() {
        return Ok(Pow::Complex);
    }
    let r = x.powf(y);
    if r.is_infinite() { Err(NumError::Overflow) } else { Ok(Pow::Real(r)) }
}

/// `round(x)` to an integer, ties to even; `None` for NaN and infinity.
pub fn round_to_int(x: f64) -> Option<Int> {
    convert::from_f64(x.round_ties_even())
}

/// `round(x, ndigits)`, correctly rounded from the decimal value.
pub fn round(x: f64, ndigits: i64) -> Result<f64> {
    if !x.is_finite() || x == 0.0 || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0 * x);
    }
    if ndigits >= 0 {
        let v: f64 = dtoa::fixed(x.abs(), ndigits as usize).parse().unwrap_or(x.abs());
        return finite(v.copysign(x));
    }
    round_left(x, ndigits.unsigned_abs())
}

fn finite(v: f64) -> Result<f64> {
    if v.is_infinite() { Err(NumError::Overflow) } else { Ok(v) }
}

/// Rounds to a multiple of `10**places`, exactly.
fn round_left(x: f64, places: u64) -> Result<f64> {
    let whole = convert::from_f64(x.abs()).unwrap_or_default();
    let unit = arith::pow(Int::from(10u64).as_ref(), Int::from(places).as_ref())?;
    let (mut q, r) = arith::divmod(whole.as_ref(), unit.as_ref())?;
    let twice = arith::add(r.as_ref(), r.as_ref());
    let more = x.fract() != 0.0;
    let up = match twice.as_ref().compare(unit.as_ref()) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Greater => true,
        core::cmp::Ordering::Equal => more || q.as_ref().is_odd(),
    };
    if up {
        q = arith::add(q.as_ref(), Int::one().as_ref());
    }
    let v = convert::to_f64(arith::mul(q.as_ref(), unit.as_ref()).as_ref())?;
    finite(v.copysign(x))
}

/// Whether the float has an integral value.
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x.floor() == x
}
