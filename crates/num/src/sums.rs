//! Sums of floats: `fsum`, `sumprod` and the compensated built-in `sum`.

use crate::norm::two_sum;
use crate::{NumError, Result};

/// `math.fsum`: the exactly rounded sum. `Overflow` for "intermediate overflow
/// in fsum", `Domain` for "-inf + inf in fsum".
#[derive(Default, Debug)]
pub struct Fsum {
    partials: Vec<f64>,
    special: f64,
    inf: f64,
}

impl Fsum {
    /// An empty sum.
    pub fn new() -> Fsum {
        Fsum::default()
    }

    /// Adds one value.
    pub fn add(&mut self, value: f64) -> Result<()> {
        let mut x = value;
        let mut kept = 0;
        for j in 0..self.partials.len() {
            let mut y = self.partials[j];
            if x.abs() < y.abs() {
                core::mem::swap(&mut x, &mut y);
            }
            let hi = x + y;
            let lo = y - (hi - x);
            if lo != 0.0 {
                self.partials[kept] = lo;
                kept += 1;
            }
            x = hi;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if value.is_finite() {
            return Err(NumError::Overflow);
        }
        if value.is_infinite() {
            self.inf += value;
        }
        self.special += value;
        self.partials.clear();
        Ok(())
    }

    /// The rounded sum.
    pub fn finish(&self) -> Result<f64> {
        if self.special != 0.0 {
            return if self.inf.is_nan() { Err(NumError::Domain) } else { Ok(self.special) };
        }
        let p = &self.partials;
        let mut n = p.len();
        if n == 0 {
            return Ok(0.0);
        }
        n -= 1;
        let (mut hi, mut lo) = (p[n], 0.0);
        while n > 0 {
            n -= 1;
            let x = hi;
            let y = p[n];
            hi = x + y;
            lo = y - (hi - x);
            if lo != 0.0 {
                break;
            }
        }
        // Half-even across partials of the same sign.
        if n > 0 && ((lo < 0.0 && p[n - 1] < 0.0) || (lo > 0.0 && p[n - 1] > 0.0)) {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
        Ok(hi)
    }
}

/// `math.sumprod` of floats, in tripled precision.
#[derive(Default, Debug, Clone, Copy)]
pub struct Sumprod {
    hi: f64,
    lo: f64,
    tiny: f64,
}

impl Sumprod {
    /// Adds `x * y`.
    pub fn add(&mut self, x: f64, y: f64) {
        let z = x * y;
        let zz = libm::fma(x, y, -z);
        let (s, r1) = two_sum(z, self.hi);
        let (t, r2) = two_sum(zz, self.lo);
        let (t, r3) = two_sum(r1, t);
        self.hi = s;
        self.lo = t;
        self.tiny += r2 + r3;
    }

    /// Whether the sum so far is finite.
    pub fn is_finite(&self) -> bool {
        self.hi.is_finite()
    }

    /// The rounded sum; not finite when an intermediate was not (the caller
    /// then sums naively).
    pub fn finish(self) -> f64 {
        let (a, b) = two_sum(self.lo, self.tiny);
        let (c, d) = two_sum(self.hi, a);
        c + (b + d)
    }
}

/// The running sum of the built-in `sum` over floats (compensated).
#[derive(Default, Debug, Clone, Copy)]
pub struct Compensated {
    /// The rounded running sum.
    pub hi: f64,
    lo: f64,
}

impl Compensated {
    /// A sum that starts at `x`.
    pub fn new(x: f64) -> Compensated {
        Compensated { hi: x, lo: 0.0 }
    }

    /// Adds one value.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let t = self.hi + x;
        if self.hi.abs() >= x.abs() {
            self.lo += (self.hi - t) + x;
        } else {
            self.lo += (x - t) + self.hi;
        }
        self.hi = t;
    }

    /// The sum with its compensation.
    pub fn finish(self) -> f64 {
        // Infinities and NaN spoil the compensation, not the sum.
        if self.lo != 0.0 && self.lo.is_finite() { self.hi + self.lo } else { self.hi }
    }
}
