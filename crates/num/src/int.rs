//! The integer value types: sign and magnitude, owned and borrowed.

use core::cmp::Ordering;
use dashu_int::UBig;

/// An owned integer. The magnitude is normalised: no leading zero limb, and
/// zero is the empty magnitude with `neg == false`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Hash)]
pub struct Int {
    /// Whether the value is below zero.
    pub neg: bool,
    /// The limbs of the absolute value, little-endian.
    pub mag: Vec<u64>,
}

/// A borrowed integer; the magnitude need not be normalised by the caller of
/// [`IntRef::new`], which trims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntRef<'a> {
    /// Whether the value is below zero.
    pub neg: bool,
    /// The limbs of the absolute value, little-endian, trimmed.
    pub mag: &'a [u64],
}

/// Drops leading zero limbs of a borrowed magnitude.
#[inline]
pub fn trim(mut mag: &[u64]) -> &[u64] {
    while let [rest @ .., 0] = mag {
        mag = rest;
    }
    mag
}

/// Compares two trimmed magnitudes.
pub fn cmp_mag(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

impl Int {
    /// Zero.
    pub const ZERO: Int = Int { neg: false, mag: Vec::new() };

    /// An integer from a sign and a magnitude that may have leading zeros.
    #[inline]
    pub fn new(neg: bool, mut mag: Vec<u64>) -> Int {
        while mag.last() == Some(&0) {
            mag.pop();
        }
        Int { neg: neg && !mag.is_empty(), mag }
    }

    /// One.
    pub fn one() -> Int {
        Int::from(1u64)
    }

    /// A view of this integer.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef { neg: self.neg, mag: &self.mag }
    }

    /// The value when it fits an `i64`.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        self.as_ref().to_i64()
    }

    /// The value with its sign turned.
    pub fn negate(mut self) -> Int {
        self.neg = !self.neg && !self.mag.is_empty();
        self
    }

    /// Whether the value is zero.
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.mag.is_empty()
    }

    pub(crate) fn from_ubig(neg: bool, u: &UBig) -> Int {
        Int::new(neg, u.as_words().to_vec())
    }
}

impl<'a> IntRef<'a> {
    /// A view of a sign and magnitude; leading zero limbs are ignored.
    #[inline]
    pub fn new(neg: bool, mag: &'a [u64]) -> IntRef<'a> {
        let mag = trim(mag);
        IntRef { neg: neg && !mag.is_empty(), mag }
    }

    /// Copies into an owned integer.
    pub fn to_int(self) -> Int {
        Int { neg: self.neg, mag: self.mag.to_vec() }
    }

    /// Whether the value is zero.
    #[inline]
    pub fn is_zero(self) -> bool {
        self.mag.is_empty()
    }

    /// The value when it fits an `i64`.
    #[inline]
    pub fn to_i64(self) -> Option<i64> {
        match self.mag {
            [] => Some(0),
            [m] if !self.neg => i64::try_from(*m).ok(),
            [m] if *m <= 1 << 63 => Some((*m as i64).wrapping_neg()),
            _ => None,
        }
    }

    /// The value when it fits a `u64`.
    #[inline]
    pub fn to_u64(self) -> Option<u64> {
        match self.mag {
            [] => Some(0),
            [m] if !self.neg => Some(*m),
            _ => None,
        }
    }

    /// The value when it fits an `i128`.
    pub fn to_i128(self) -> Option<i128> {
        let m = match self.mag {
            [] => 0,
            [a] => u128::from(*a),
            [a, b] => u128::from(*a) | u128::from(*b) << 64,
            _ => return None,
        };
        if self.neg {
            (m <= 1 << 127).then(|| (m as i128).wrapping_neg())
        } else {
            i128::try_from(m).ok()
        }
    }

    /// Whether the lowest bit is set.
    pub fn is_odd(self) -> bool {
        self.mag.first().is_some_and(|m| m & 1 == 1)
    }

    /// Numeric comparison.
    pub fn compare(self, other: IntRef<'_>) -> Ordering {
        match (self.neg, other.neg) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => cmp_mag(self.mag, other.mag),
            (true, true) => cmp_mag(other.mag, self.mag),
        }
    }

    pub(crate) fn ubig(self) -> UBig {
        UBig::from_words(self.mag)
    }
}

impl From<u64> for Int {
    fn from(v: u64) -> Int {
        Int { neg: false, mag: if v == 0 { Vec::new() } else { vec![v] } }
    }
}

impl From<i64> for Int {
    fn from(v: i64) -> Int {
        let mut i = Int::from(v.unsigned_abs());
        i.neg = v < 0;
        i
    }
}

impl From<u128> for Int {
    fn from(v: u128) -> Int {
        Int::new(false, vec![v as u64, (v >> 64) as u64])
    }
}

impl From<i128> for Int {
    fn from(v: i128) -> Int {
        let m = v.unsigned_abs();
        Int::new(v < 0, vec![m as u64, (m >> 64) as u64])
    }
}

impl<'a> From<&'a Int> for IntRef<'a> {
    fn from(i: &'a Int) -> IntRef<'a> {
        i.as_ref()
    }
}

/// The limbs of an `i64`, for building an [`IntRef`] without the heap.
#[derive(Clone, Copy, Debug)]
pub struct Small {
    neg: bool,
    limb: [u64; 1],
}

impl Small {
    /// Splits `v` into sign and magnitude.
    #[inline]
    pub fn new(v: i64) -> Small {
        Small { neg: v < 0, limb: [v.unsigned_abs()] }
    }

    /// The view of this value.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef::new(self.neg, &self.limb)
    }
}
