//! Complex arithmetic, `repr` and parsing.

use crate::dtoa::{ADD_DOT_0, SIGN, double_to_string};
use crate::floatparse::{parse_prefix, without_underscores};
use crate::radix::trim_space;
use crate::{NumError, Result};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Complex {
    /// A complex number from its parts.
    pub const fn new(re: f64, im: f64) -> Complex {
        Complex { re, im }
    }

    /// `self + o`.
    pub fn plus(self, o: Complex) -> Complex {
        Complex::new(self.re + o.re, self.im + o.im)
    }

    /// `self - o`.
    pub fn minus(self, o: Complex) -> Complex {
        Complex::new(self.re - o.re, self.im - o.im)
    }

    /// `self * o`, recovering infinities from NaN parts as C's annex G does.
    pub fn times(self, o: Complex) -> Complex {
        let (mut a, mut b, mut c, mut d) = (self.re, self.im, o.re, o.im);
        let r = Complex::new(a * c - b * d, a * d + b * c);
        if !(r.re.is_nan() && r.im.is_nan()) {
            return r;
        }
        let mut recalc = false;
        let unit = |v: f64| if v.is_infinite() { 1.0f64 } else { 0.0 }.copysign(v);
        let zero = |v: f64| if v.is_nan() { 0.0f64.copysign(v) } else { v };
        if a.is_infinite() || b.is_infinite() {
            (a, b, c, d) = (unit(a), unit(b), zero(c), zero(d));
            recalc = true;
        }
        if c.is_infinite() || d.is_infinite() {
            (c, d, a, b) = (unit(c), unit(d), zero(a), zero(b));
            recalc = true;
        }
        let over = |p: f64| p.is_infinite();
        if !recalc
            && (over(self.re * o.re)
                || over(self.im * o.im)
                || over(self.re * o.im)
                || over(self.im * o.re))
        {
            (a, b, c, d) = (zero(a), zero(b), zero(c), zero(d));
            recalc = true;
        }
        if !recalc {
            return r;
        }
        let inf = f64::INFINITY;
        Complex::new(inf * (a * c - b * d), inf * (a * d + b * c))
    }

    /// `self / o`, scaled against overflow.
    pub fn divided(self, o: Complex) -> Result<Complex> {
        let (abs_re, abs_im) = (o.re.abs(), o.im.abs());
        let mut r;
        if abs_re >= abs_im {
            if abs_re == 0.0 {
                return Err(NumError::ZeroDivision);
            }
            let ratio = o.im / o.re;
            let denom = o.re + o.im * ratio;
            r = Complex::new(
                (self.re + self.im * ratio) / denom,
                (self.im - self.re * ratio) / denom,
            );
        } else if abs_im >= abs_re {
            let ratio = o.re / o.im;
            let denom = o.re * ratio + o.im;
            r = Complex::new(
                (self.re * ratio + self.im) / denom,
                (self.im * ratio - self.re) / denom,
            );
        } else {
            r = Complex::new(f64::NAN, f64::NAN);
        }
        if r.re.is_nan() && r.im.is_nan() {
            r = self.recover_quotient(o, abs_re, abs_im, r);
        }
        Ok(r)
    }

    fn recover_quotient(self, o: Complex, abs_re: f64, abs_im: f64, r: Complex) -> Complex {
        let unit = |v: f64| if v.is_infinite() { 1.0f64 } else { 0.0 }.copysign(v);
        let inf = f64::INFINITY;
        let infinite = self.re.is_infinite() || self.im.is_infinite();
        if infinite && o.re.is_finite() && o.im.is_finite() {
            let (x, y) = (unit(self.re), unit(self.im));
            return Complex::new(inf * (x * o.re + y * o.im), inf * (y * o.re - x * o.im));
        }
        if (abs_re.is_infinite() || abs_im.is_infinite())
            && self.re.is_finite()
            && self.im.is_finite()
        {
            let (x, y) = (unit(o.re), unit(o.im));
            return Complex::new(
                0.0 * (self.re * x + self.im * y),
                0.0 * (self.im * x - self.re * y),
            );
        }
        r
    }

    /// `self + x` with a real `x`, whose missing imaginary part is no zero.
    pub fn plus_real(self, x: f64) -> Complex {
        Complex::new(self.re + x, self.im)
    }

    /// `self - x` with a real `x`.
    pub fn minus_real(self, x: f64) -> Complex {
        Complex::new(self.re - x, self.im)
    }

    /// `x - self` with a real `x`.
    pub fn real_minus(x: f64, z: Complex) -> Complex {
        Complex::new(x - z.re, -z.im)
    }

    /// `self * x` with a real `x`.
    pub fn times_real(self, x: f64) -> Complex {
        Complex::new(self.re * x, self.im * x)
    }

    /// `self / x` with a real `x`.
    pub fn divided_real(self, x: f64) -> Result<Complex> {
        if x == 0.0 {
            Err(NumError::ZeroDivision)
        } else {
            Ok(Complex::new(self.re / x, self.im / x))
        }
    }

    /// `x / z` with a real `x`.
    pub fn real_divided(x: f64, z: Complex) -> Result<Complex> {
        let (abs_re, abs_im) = (z.re.abs(), z.im.abs());
        let r = if abs_re >= abs_im {
            if abs_re == 0.0 {
                return Err(NumError::ZeroDivision);
            }
            let ratio = z.im / z.re;
            let denom = z.re + z.im * ratio;
            Complex::new(x / denom, (-x * ratio) / denom)
        } else if abs_im >= abs_re {
            let ratio = z.re / z.im;
            let denom = z.re * ratio + z.im;
            Complex::new((x * ratio) / denom, -x / denom)
        } else {
            Complex::new(f64::NAN, f64::NAN)
        };
        let lost = r.re.is_nan() && r.im.is_nan();
        if lost && x.is_finite() && (abs_re.is_infinite() || abs_im.is_infinite()) {
            let unit = |v: f64| if v.is_infinite() { 1.0f64 } else { 0.0 }.copysign(v);
            return Ok(Complex::new(0.0 * (x * unit(z.re)), 0.0 * (-x * unit(z.im))));
        }
        Ok(r)
    }

    /// `-self`.
    pub fn negated(self) -> Complex {
        Complex::new(-self.re, -self.im)
    }

    /// `abs(self)`; `Overflow` when finite parts give an infinite result.
    pub fn modulus(self) -> Result<f64> {
        if !self.re.is_finite() || !self.im.is_finite() {
            if self.re.is_infinite() || self.im.is_infinite() {
                return Ok(f64::INFINITY);
            }
            return Ok(f64::NAN);
        }
        let r = self.re.hypot(self.im);
        if r.is_infinite() { Err(NumError::Overflow) } else { Ok(r) }
    }

    /// `self ** e`.
    pub fn power(self, e: Complex) -> Result<Complex> {
        if e.re == 0.0 && e.im == 0.0 {
            return Ok(Complex::new(1.0, 0.0));
        }
        if e.im == 0.0 && e.re == e.re.floor() && e.re.abs() <= 100.0 {
            return self.power_int(e.re as i64).and_then(Complex::checked);
        }
        if self.re == 0.0 && self.im == 0.0 {
            if e.im != 0.0 || e.re < 0.0 {
                return Err(NumError::ZeroDivision);
            }
            return Ok(Complex::new(0.0, 0.0));
        }
        let vabs = self.re.hypot(self.im);
        let mut len = vabs.powf(e.re);
        let at = self.im.atan2(self.re);
        let mut phase = at * e.re;
        if e.im != 0.0 {
            len *= (-at * e.im).exp();
            phase += e.im * vabs.ln();
        }
        if phase.is_infinite() {
            // There is no cosine of it, which is told like this.
            return Err(NumError::ZeroDivision);
        }
        Complex::new(len * phase.cos(), len * phase.sin()).checked()
    }

    fn checked(self) -> Result<Complex> {
        if self.re.is_infinite() || self.im.is_infinite() {
            Err(NumError::Overflow)
        } else {
            Ok(self)
        }
    }

    fn power_int(self, n: i64) -> Result<Complex> {
        if n < 0 {
            return Complex::new(1.0, 0.0).divided(self.power_uint(n.unsigned_abs()));
        }
        Ok(self.power_uint(n as u64))
    }

    fn power_uint(self, n: u64) -> Complex {
        // The product with 1+0j is not idle: it settles signs of zeros and
        // recovers infinities.
        let (mut p, mut r, mut mask) = (self, Complex::new(1.0, 0.0), 1);
        while mask > 0 && n >= mask {
            if n & mask != 0 {
                r = r.times(p);
            }
            mask <<= 1;
            p = p.times(p);
        }
        r
    }
}

/// `repr(z)`.
pub fn repr(z: Complex) -> String {
    if z.re == 0.0 && !z.re.is_sign_negative() {
        return format!("{}j", double_to_string(z.im, b'r', 0, 0));
    }
    let re = double_to_string(z.re, b'r', 0, 0);
    format!("({re}{}j)", double_to_string(z.im, b'r', 0, SIGN))
}

/// The part as `str(float)` would spell it; a helper for callers.
pub fn part_repr(x: f64) -> String {
    double_to_string(x, b'r', 0, ADD_DOT_0)
}

/// Whether each underscore stands between two digits.
pub fn underscores_are_right(text: &[u8]) -> bool {
    without_underscores(text).is_some()
}

/// `complex(text)`; `None` for a malformed string.
pub fn parse(text: &[u8]) -> Option<Complex> {
    let s = trim_space(text);
    let s = without_underscores(s)?;
    let mut s = s.as_slice();
    if let [b'(', inner @ ..] = s {
        let inner = trim_space(inner);
        let [body @ .., b')'] = inner else { return None };
        s = trim_space(body);
    }
    parse_body(s)
}

fn is_j(b: Option<&u8>) -> bool {
    matches!(b, Some(b'j' | b'J'))
}

/// `x`, `yj`, `x+yj`, with an imaginary unit alone allowed.
fn parse_body(s: &[u8]) -> Option<Complex> {
    let (re, rest) = match parse_prefix(s) {
        Some((v, n)) => (v, &s[n..]),
        None => {
            let (v, rest) = bare_sign(s);
            return (is_j(rest.first()) && rest.len() == 1).then_some(Complex::new(0.0, v));
        }
    };
    if rest.is_empty() {
        return Some(Complex::new(re, 0.0));
    }
    if is_j(rest.first()) {
        return (rest.len() == 1).then_some(Complex::new(0.0, re));
    }
    if !matches!(rest[0], b'+' | b'-') {
        return None;
    }
    let (im, rest) = match parse_prefix(rest) {
        Some((v, n)) => (v, &rest[n..]),
        None => bare_sign(rest),
    };
    (is_j(rest.first()) && rest.len() == 1).then_some(Complex::new(re, im))
}

fn bare_sign(s: &[u8]) -> (f64, &[u8]) {
    match s {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        _ => (1.0, s),
    }
}
