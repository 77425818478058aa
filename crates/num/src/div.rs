//! Division of magnitudes: by one limb, by few, and by many.

use crate::int::cmp_mag;
use core::cmp::Ordering;
use dashu_int::UBig;
use dashu_int::ops::DivRem;

/// Up to this many limbs of the divisor, or of the quotient, long division here beats a call with copies; above,
/// `dashu-int` divides and conquers.
const LONG: usize = 32;
const SHORT_QUOTIENT: usize = 4;

/// Divides by one limb, by multiplying with its reciprocal (Möller and Granlund, "Improved division by invariant
/// integers", 2011, algorithm 4).
struct Divisor {
    /// The divisor, shifted so that its top bit is set.
    d: u64,
    shift: u32,
    /// `(2**128 - 1) / d - 2**64`.
    reciprocal: u64,
}

impl Divisor {
    fn new(divisor: u64) -> Divisor {
        let shift = divisor.leading_zeros();
        let d = divisor << shift;
        Divisor { d, shift, reciprocal: (u128::MAX / u128::from(d)) as u64 }
    }

    /// Quotient and remainder of `high * 2**64 + low`, for `high` below the shifted divisor.
    fn divide(&self, high: u64, low: u64) -> (u64, u64) {
        let both = u128::from(high) << 64 | u128::from(low);
        let guess = (u128::from(self.reciprocal) * u128::from(high)).wrapping_add(both);
        let mut q = ((guess >> 64) as u64).wrapping_add(1);
        let mut r = low.wrapping_sub(q.wrapping_mul(self.d));
        if r > guess as u64 {
            q = q.wrapping_sub(1);
            r = r.wrapping_add(self.d);
        }
        if r >= self.d {
            q = q.wrapping_add(1);
            r -= self.d;
        }
        (q, r)
    }
}

/// Divides a magnitude by one limb: quotient and remainder.
fn div_limb(a: &[u64], d: u64) -> (Vec<u64>, u64) {
    let divisor = Divisor::new(d);
    let mut q = vec![0u64; a.len()];
    // The dividend is shifted on the way: `r` is the remainder, shifted, too.
    let above = |limb: u64| limb.checked_shr(64 - divisor.shift).unwrap_or(0);
    let mut r = a.last().map_or(0, |top| above(*top));
    for i in (0..a.len()).rev() {
        let below = i.checked_sub(1).map_or(0, |j| above(a[j]));
        (q[i], r) = divisor.divide(r, a[i] << divisor.shift | below);
    }
    (q, r >> divisor.shift)
}

/// Truncated quotient and remainder of the magnitudes. Neither is free of leading zeros.
pub(crate) fn div_rem_mag(a: &[u64], b: &[u64]) -> (Vec<u64>, Vec<u64>) {
    if cmp_mag(a, b) == Ordering::Less {
        return (Vec::new(), a.to_vec());
    }
    if let [d] = b {
        let (q, r) = div_limb(a, *d);
        return (q, vec![r]);
    }
    if b.len() <= LONG || a.len() - b.len() < SHORT_QUOTIENT {
        return div_long(a, b);
    }
    let (q, r) = UBig::from_words(a).div_rem(UBig::from_words(b));
    (q.as_words().to_vec(), r.as_words().to_vec())
}

/// The limbs of `a`, shifted to the left by `shift` bits (below 64), and what falls out at the top as one limb more.
fn shifted_left(a: &[u64], shift: u32) -> Vec<u64> {
    let mut out = Vec::with_capacity(a.len() + 1);
    let mut below = 0;
    out.extend(a.iter().map(|&limb| {
        let shifted = limb << shift | below;
        below = limb.checked_shr(64 - shift).unwrap_or(0);
        shifted
    }));
    out.push(below);
    out
}

/// Shifts the limbs to the right by `shift` bits (below 64), in place.
fn shift_right(a: &mut [u64], shift: u32) {
    let mut above = 0u64;
    for limb in a.iter_mut().rev() {
        let shifted = *limb >> shift | above;
        above = limb.checked_shl(64 - shift).unwrap_or(0);
        *limb = shifted;
    }
}

/// Long division by two limbs or more (Knuth, "The Art of Computer Programming" 4.3.1, algorithm D); `a` has at least as
/// many limbs as `b`, whose top one is not 0.
fn div_long(a: &[u64], b: &[u64]) -> (Vec<u64>, Vec<u64>) {
    let n = b.len();
    let shift = b[n - 1].leading_zeros();
    let mut v = shifted_left(b, shift);
    v.truncate(n);
    let divisor = Divisor::new(v[n - 1]);
    let mut u = shifted_left(a, shift);
    let mut q = vec![0u64; a.len() - n + 1];
    for (j, digit) in q.iter_mut().enumerate().rev() {
        let part = &mut u[j..=j + n];
        *digit = guess(&divisor, part, v[n - 2]);
        if subtract_multiple(part, &v, *digit) {
            *digit -= 1;
            add_back(part, &v);
        }
    }
    u.truncate(n);
    shift_right(&mut u, shift);
    (q, u)
}

/// The next digit of the quotient from the top three limbs of what is left and the top two of the divisor: right, or one too
/// large.
fn guess(divisor: &Divisor, left: &[u64], second: u64) -> u64 {
    let [.., u0, u1, u2] = *left else { return 0 };
    let (mut digit, mut rest) = if u2 >= divisor.d {
        // Then they are equal, and the digit would have 65 bits.
        (u64::MAX, u1.checked_add(divisor.d))
    } else {
        let (digit, rest) = divisor.divide(u2, u1);
        (digit, Some(rest))
    };
    while let Some(r) = rest
        && u128::from(digit) * u128::from(second) > u128::from(r) << 64 | u128::from(u0)
    {
        digit -= 1;
        rest = r.checked_add(divisor.d);
    }
    digit
}

/// `left -= digit * v`, where `left` has one limb more; whether it went below zero.
fn subtract_multiple(left: &mut [u64], v: &[u64], digit: u64) -> bool {
    let mut carry = 0u64;
    for (u, &v) in left.iter_mut().zip(v) {
        let t = u128::from(digit) * u128::from(v) + u128::from(carry);
        let (rest, borrow) = u.overflowing_sub(t as u64);
        *u = rest;
        carry = (t >> 64) as u64 + u64::from(borrow);
    }
    let (rest, borrow) = left[v.len()].overflowing_sub(carry);
    left[v.len()] = rest;
    borrow
}

/// `left += v`; what is carried out of the top makes up for the borrow of the subtraction before.
fn add_back(left: &mut [u64], v: &[u64]) {
    let mut carry = false;
    for (u, &v) in left.iter_mut().zip(v) {
        let (sum, c1) = u.overflowing_add(v);
        let (sum, c2) = sum.overflowing_add(u64::from(carry));
        *u = sum;
        carry = c1 | c2;
    }
    left[v.len()] = left[v.len()].wrapping_add(u64::from(carry));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose limbs are mostly all ones or zeros: there the guesses are wrong most.
    fn limbs(state: &mut u64, len: usize) -> Vec<u64> {
        let mut next = || {
            *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            *state >> 11
        };
        let mut all: Vec<u64> = (0..len)
            .map(|_| match next() % 5 {
                0 => 0,
                1 => u64::MAX,
                2 => 1 << 63,
                3 => 1,
                _ => next() << 20 | next() % 1000,
            })
            .collect();
        if let Some(top) = all.last_mut() {
            *top = (*top).max(1);
        }
        all
    }

    #[test]
    fn long_division_agrees_with_the_library() {
        let mut state = 1;
        for round in 0..4000 {
            let n = 2 + round % 9;
            let (a, b) = (limbs(&mut state, n + round % 7), limbs(&mut state, n));
            if cmp_mag(&a, &b) == Ordering::Less {
                continue;
            }
            let (q, r) = div_long(&a, &b);
            let (expected_q, expected_r) = UBig::from_words(&a).div_rem(UBig::from_words(&b));
            assert_eq!(UBig::from_words(&q), expected_q, "{a:x?} // {b:x?}");
            assert_eq!(UBig::from_words(&r), expected_r, "{a:x?} % {b:x?}");
        }
    }
}
