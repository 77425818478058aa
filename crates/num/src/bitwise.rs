//! Shifts and bitwise operators with two's complement meaning.

use crate::int::{Int, IntRef};
use crate::{NumError, Result};

/// The number of bits of the absolute value.
#[inline]
pub fn bit_length(a: IntRef<'_>) -> u64 {
    match a.mag.last() {
        None => 0,
        Some(top) => a.mag.len() as u64 * 64 - u64::from(top.leading_zeros()),
    }
}

/// The number of one bits of the absolute value.
pub fn bit_count(a: IntRef<'_>) -> u64 {
    a.mag.iter().map(|m| u64::from(m.count_ones())).sum()
}

/// The number of trailing zero bits; 0 for zero.
pub fn trailing_zeros(a: IntRef<'_>) -> u64 {
    match a.mag.iter().position(|m| *m != 0) {
        None => 0,
        Some(i) => i as u64 * 64 + u64::from(a.mag[i].trailing_zeros()),
    }
}

/// `a << n`; a count that memory cannot hold is `TooLarge`.
pub fn shl(a: IntRef<'_>, n: IntRef<'_>) -> Result<Int> {
    if n.neg {
        return Err(NumError::Negative);
    }
    if a.is_zero() {
        return Ok(Int::ZERO);
    }
    shl_bits(a, n.to_u64().ok_or(NumError::TooLarge)?)
}

/// `a << n`.
pub fn shl_bits(a: IntRef<'_>, n: u64) -> Result<Int> {
    if a.is_zero() {
        return Ok(Int::ZERO);
    }
    let limbs = usize::try_from(n / 64).map_err(|_| NumError::TooLarge)?;
    let bits = (n % 64) as u32;
    let mut out: Vec<u64> = Vec::new();
    let total = limbs.checked_add(a.mag.len() + 1).ok_or(NumError::TooLarge)?;
    out.try_reserve_exact(total).map_err(|_| NumError::NoMemory)?;
    out.resize(limbs, 0);
    let mut carry = 0;
    for &m in a.mag {
        out.push(m << bits | carry);
        carry = if bits == 0 { 0 } else { m >> (64 - bits) };
    }
    out.push(carry);
    Ok(Int::new(a.neg, out))
}

/// `a >> n`, rounding towards minus infinity.
pub fn shr(a: IntRef<'_>, n: IntRef<'_>) -> Result<Int> {
    if n.neg {
        return Err(NumError::Negative);
    }
    Ok(shr_bits(a, n.to_u64().unwrap_or(u64::MAX)))
}

/// `a >> n`, rounding towards minus infinity.
pub fn shr_bits(a: IntRef<'_>, n: u64) -> Int {
    let limbs = n / 64;
    if limbs >= a.mag.len() as u64 {
        return if a.neg { Int::from(-1i64) } else { Int::ZERO };
    }
    let limbs = limbs as usize;
    let bits = (n % 64) as u32;
    let mut out = Vec::with_capacity(a.mag.len() - limbs);
    for i in limbs..a.mag.len() {
        let high = a.mag.get(i + 1).copied().unwrap_or(0);
        let high = if bits == 0 { 0 } else { high << (64 - bits) };
        out.push(a.mag[i] >> bits | high);
    }
    let lost = a.mag[..limbs].iter().any(|m| *m != 0) || a.mag[limbs] & ((1u64 << bits) - 1) != 0;
    let r = Int::new(a.neg, out);
    if a.neg && lost {
        // An empty magnitude lost its sign above; floor still gives -1.
        let r = Int { neg: !r.is_zero(), mag: r.mag };
        return crate::arith::sub(r.as_ref(), Int::one().as_ref());
    }
    r
}

/// Two's complement limbs, one at a time, sign-extended for ever.
struct Twos<'a> {
    a: IntRef<'a>,
    i: usize,
    carry: bool,
}

impl Twos<'_> {
    fn next(&mut self) -> u64 {
        let m = self.a.mag.get(self.i).copied().unwrap_or(0);
        self.i += 1;
        if !self.a.neg {
            return m;
        }
        let (v, c) = (!m).overflowing_add(u64::from(self.carry));
        self.carry = c;
        v
    }
}

fn twos(a: IntRef<'_>) -> Twos<'_> {
    Twos { a, i: 0, carry: true }
}

fn combine(a: IntRef<'_>, b: IntRef<'_>, neg: bool, op: impl Fn(u64, u64) -> u64) -> Int {
    let n = a.mag.len().max(b.mag.len()) + 1;
    let (mut x, mut y) = (twos(a), twos(b));
    let mut out: Vec<u64> = (0..n).map(|_| op(x.next(), y.next())).collect();
    if neg {
        let mut carry = true;
        for m in &mut out {
            let (v, c) = (!*m).overflowing_add(u64::from(carry));
            (*m, carry) = (v, c);
        }
    }
    Int::new(neg, out)
}

/// `a & b`.
pub fn and(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    combine(a, b, a.neg && b.neg, |x, y| x & y)
}

/// `a | b`.
pub fn or(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    combine(a, b, a.neg || b.neg, |x, y| x | y)
}

/// `a ^ b`.
pub fn xor(a: IntRef<'_>, b: IntRef<'_>) -> Int {
    combine(a, b, a.neg != b.neg, |x, y| x ^ y)
}

/// `~a`.
pub fn not(a: IntRef<'_>) -> Int {
    let r = crate::arith::add(a, Int::one().as_ref());
    r.negate()
}
